namespace McpGateway.Grains.Seam;

internal sealed partial class Activation
{
    private async Task ActivateAsync()
    {
        try
        {
            Grain = Construct();
            using var limit = new CancellationTokenSource(host.Options.LifecycleLimit, host.Time);
            await Grain.StartAsync(limit.Token).WaitAsync(host.Options.LifecycleLimit, host.Time);
        }
        catch (Exception exception)
        {
            host.LogActivationFailed(exception, id);
            Cancel(_stopping);
            await TryAsync(DisposeGrainAsync);
            Leave(exception);
            return;
        }

        lock (_gate)
        {
            _phase = Phase.Active;
            _parked.ForEach(parked => Begin(parked.Turn));
            _parked = [];
        }

        if (_endOnceActive)
        {
            Deactivate();
        }
    }

    private GatewayGrain Construct()
    {
        s_underConstruction = this;
        try
        {
            return id.Kind.Create(host.Services);
        }
        finally
        {
            s_underConstruction = null;
        }
    }

    // Streams end and timers stop at once; running calls go on to their end.
    private async Task EndAsync()
    {
        Cancel(_stopping);
        await TryAsync(DrainAsync);
        using var limit = new CancellationTokenSource(host.Options.LifecycleLimit, host.Time);
        await TryAsync(() => Grain.EndAsync(limit.Token));
        await TryAsync(DisposeGrainAsync);
        Leave(failure: null);
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step().WaitAsync(host.Options.LifecycleLimit, host.Time);
        }
        catch (Exception exception)
        {
            host.LogDeactivationFailed(exception, id);
        }
    }

    private Task DrainAsync()
    {
        lock (_gate)
        {
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inUse == 0)
            {
                _drained.SetResult();
            }

            return _drained.Task;
        }
    }

    private async Task DisposeGrainAsync()
    {
        if (Grain is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            (Grain as IDisposable)?.Dispose();
        }
    }

    // Out of the table first, so that waiting work finds or makes the next activation.
    private void Leave(Exception? failure)
    {
        host.Remove(this);
        List<(Work? Work, Task Turn)> parked;
        lock (_gate)
        {
            _phase = Phase.Ended;
            parked = _parked;
        }

        foreach (var (work, turn) in parked)
        {
            if (failure is not null)
            {
                work?.Fail(failure);
            }
            else if (work is not null)
            {
                host.Give(work, turn);
            }
        }

        _ended.TrySetResult();
    }
}

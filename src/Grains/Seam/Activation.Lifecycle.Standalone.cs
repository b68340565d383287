namespace McpGateway.Grains.Seam;

internal sealed partial class Activation
{
    public IDisposable AddTimer(Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period)
    {
        CheckTurn();
        var timer = new GrainTimer(this, callback, due, period);
        lock (_gate)
        {
            _timers.Add(timer);
            if (_phase == Phase.Active)
            {
                timer.Arm(due);
            }
        }

        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

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
            StopRunning();
            await DisposeGrainAsync();
            Leave(exception);
            return;
        }

        lock (_gate)
        {
            _phase = Phase.Active;
            _timers.ForEach(static timer => timer.Arm(timer.Due));
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

    private async Task EndAsync()
    {
        StopRunning();
        try
        {
            await DrainAsync().WaitAsync(host.Options.LifecycleLimit, host.Time);
            using var limit = new CancellationTokenSource(host.Options.LifecycleLimit, host.Time);
            await Grain.EndAsync(limit.Token).WaitAsync(host.Options.LifecycleLimit, host.Time);
        }
        catch (Exception exception)
        {
            host.LogDeactivationFailed(exception, id);
        }

        await DisposeGrainAsync();
        Leave(failure: null);
    }

    // Streams end and timers stop; running calls go on to their end.
    private void StopRunning()
    {
        foreach (var timer in TakeTimers())
        {
            timer.Dispose();
        }

        Cancel(_stopping);
    }

    private GrainTimer[] TakeTimers()
    {
        lock (_gate)
        {
            return [.. _timers];
        }
    }

    private Task DrainAsync()
    {
        lock (_gate)
        {
            if (_inUse == 0)
            {
                return Task.CompletedTask;
            }

            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    private async Task DisposeGrainAsync()
    {
        try
        {
            switch (Grain)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
        catch (Exception exception)
        {
            host.LogDeactivationFailed(exception, id);
        }
    }

    // Out of the table first, so that waiting work finds or makes the next activation.
    private void Leave(Exception? failure)
    {
        host.Remove(this);
        List<(Work Work, Task Turn)> parked;
        lock (_gate)
        {
            _phase = Phase.Ended;
            parked = _parked;
            _parked = [];
        }

        foreach (var (work, turn) in parked)
        {
            if (failure is null)
            {
                host.Give(work, turn);
            }
            else
            {
                work.Fail(failure);
            }
        }

        _ended.TrySetResult();
    }
}

namespace McpGateway.Grains.Seam;

internal sealed partial class Activation
{
    /// <summary>Ends the activation once its running calls have ended.</summary>
    public void Deactivate()
    {
        lock (_gate)
        {
            switch (_phase)
            {
                case Phase.New:
                    _phase = Phase.Ended;
                    host.Remove(this);
                    _ended.TrySetResult();
                    break;
                case Phase.Activating:
                    _endOnceActive = true;
                    break;
                case Phase.Active:
                    _phase = Phase.Deactivating;
                    RunTurn(EndAsync);
                    break;
            }
        }
    }

    /// <summary>Ends the activation, and returns when that is done.</summary>
    public Task DeactivateAsync()
    {
        Deactivate();
        return _ended.Task;
    }

    /// <summary>Called every quarter of the idle time.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            if (_phase != Phase.Active || _inUse > 0 || ++_sweeps < IdleSweeps)
            {
                return;
            }
        }

        Deactivate();
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

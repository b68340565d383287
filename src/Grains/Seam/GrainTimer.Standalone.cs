namespace McpGateway.Grains.Seam;

/// <summary>A timer of a grain. It counts the period from the end of a run, so runs never overlap or pile up.</summary>
internal sealed class GrainTimer : IDisposable
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly TimeSpan _period;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period)
    {
        (_activation, _callback, Due, _period) = (activation, callback, due, period);

        // It must not carry on the context of the call that happened to make it.
        using AsyncFlowControl? detached = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = activation.Host.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From the registration, or from the end of the activation, to the first run.</summary>
    public TimeSpan Due { get; }

    public void Arm(TimeSpan due) => _timer.Change(due, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _activation.RemoveTimer(this);
        _disposed.Cancel();
    }

    private void Tick() => _activation.TryTick(new Task(static timer => _ = ((GrainTimer)timer!).RunAsync(), this));

    private async Task RunAsync()
    {
        try
        {
            if (!_disposed.IsCancellationRequested)
            {
                await _callback(_disposed.Token);
            }
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // It was told to.
        }
        catch (Exception exception)
        {
            _activation.Host.LogTimerFailed(exception, _activation.Identity);
        }

        _activation.Exit(counts: false);
        if (!_disposed.IsCancellationRequested)
        {
            Arm(_period);
        }
    }
}

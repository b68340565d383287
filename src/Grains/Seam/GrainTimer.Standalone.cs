namespace McpGateway.Grains.Seam;

/// <summary>A timer of a grain. It counts the period from the end of a run, so runs never overlap or pile up.</summary>
internal sealed class GrainTimer : IDisposable
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly TimeSpan _period;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _ended;
    private readonly ITimer _timer;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period)
    {
        (_activation, _callback, _period) = (activation, callback, period);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(activation.Stopping);
        _ended = _ending.Token;

        // It must not carry on the context of the call that happened to make it.
        using AsyncFlowControl? detached = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = activation.Host.Time.CreateTimer(static timer => ((GrainTimer)timer!).Tick(), this, due, Timeout.InfiniteTimeSpan);
        _ended.UnsafeRegister(static timer => ((GrainTimer)timer!)._timer.Dispose(), this);
    }

    public void Dispose()
    {
        if (!_ended.IsCancellationRequested)
        {
            _ending.Cancel();
        }

        _ending.Dispose();
    }

    private void Tick() => _activation.Tick(new Task(static timer => _ = ((GrainTimer)timer!).RunAsync(), this));

    private async Task RunAsync()
    {
        try
        {
            _ended.ThrowIfCancellationRequested();
            await _callback(_ended);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // It was told to end.
        }
        catch (Exception exception)
        {
            _activation.Host.LogTimerFailed(exception, _activation.Identity);
        }

        _activation.Exit(counts: false);
        _timer.Change(_period, Timeout.InfiniteTimeSpan);
    }
}

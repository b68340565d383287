namespace McpGateway.Dashboard.Model;

/// <summary>Lets one notice through at once and folds what follows within a quarter of a second into one more.</summary>
internal sealed class RenderThrottle : IDisposable
{
    /// <summary>At most four renders a second.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action _notify;
    private readonly ITimer _timer;
    private long _last;
    private bool _ever;
    private bool _waiting;
    private bool _disposed;

    public RenderThrottle(TimeProvider time, Action notify)
    {
        (_time, _notify) = (time, notify);
        _timer = time.CreateTimer(static state => ((RenderThrottle)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something changed.</summary>
    public void Request()
    {
        lock (_lock)
        {
            if (_waiting || _disposed)
            {
                return;
            }

            var left = _ever ? Pause - _time.GetElapsedTime(_last) : TimeSpan.Zero;
            if (left > TimeSpan.Zero)
            {
                _waiting = true;
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            Mark();
        }

        _notify();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _waiting = false;
            Mark();
        }

        _notify();
    }

    private void Mark() => (_ever, _last) = (true, _time.GetTimestamp());
}

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// The pauses between attempts at something that fails: each twice as long as the one before, up to a limit. Each is up to a fifth shorter, at random,
/// so that all who lost the same thing do not come back for it at the same moment. One owner; not for several threads.
/// </summary>
public sealed class GrowingPause
{
    private const double Spread = 0.2;

    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _time;
    private TimeSpan _next;

    public GrowingPause(TimeSpan first, TimeSpan longest, TimeProvider time) => (_first, _next, _longest, _time) = (first, first, longest, time);

    /// <summary>It worked: the next pause is the first one again.</summary>
    public void Reset() => _next = _first;

    /// <summary>Waits, and makes the next pause longer.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = _next * (1 - (Spread * Random.Shared.NextDouble()));
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        return Task.Delay(pause, _time, cancellationToken);
    }
}

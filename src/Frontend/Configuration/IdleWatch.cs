namespace McpGateway.Frontend.Configuration;

/// <summary>
/// Says when it is worth while and harmless to trim memory: after significant work, and when nothing but housekeeping has happened since
/// at least one whole period. Asked once a period by one loop.
/// </summary>
internal sealed class IdleWatch
{
    /// <summary>Work that allocated less leaves nothing worth a collection.</summary>
    public const long SignificantBytes = 8 * 1024 * 1024;

    /// <summary>Feed, flushes and health checks stay below this in a period; a page of the dashboard or a discovery does not.</summary>
    public const long QuietBytes = 1024 * 1024;

    /// <summary>What the sign of life of an open event stream allocates at most; those of many may come in one period.</summary>
    public const long QuietBytesOfStream = 2 * 1024;

    /// <summary>The compiler's work, which goes on after the work that called for it, and leaves freed memory that is not given back by itself.</summary>
    public const long SignificantMethods = 25;

    public const long QuietMethods = 500;

    private const int QuietPeriods = 2;

    private (long Bytes, long Methods) _trimmedAt;
    private (long Bytes, long Methods) _last;
    private long _lastCall;
    private int _quiet;

    /// <param name="allocatedBytes">By the whole process until now.</param>
    /// <param name="compiledMethods">By the whole process until now.</param>
    /// <param name="lastCall">Any number that differs after a call.</param>
    /// <param name="openStreams">Event streams that clients hold open.</param>
    public bool IsDue(long allocatedBytes, long compiledMethods, long lastCall, int openStreams = 0)
    {
        var quietBytes = QuietBytes + (openStreams * QuietBytesOfStream);
        var isQuiet = lastCall == _lastCall && allocatedBytes - _last.Bytes < quietBytes && compiledMethods - _last.Methods < QuietMethods;
        _quiet = isQuiet ? _quiet + 1 : 0;
        (_last, _lastCall) = ((allocatedBytes, compiledMethods), lastCall);
        return _quiet >= QuietPeriods
            && (allocatedBytes - _trimmedAt.Bytes >= SignificantBytes || compiledMethods - _trimmedAt.Methods >= SignificantMethods);
    }

    public void Trimmed(long allocatedBytes, long compiledMethods) => _trimmedAt = _last = (allocatedBytes, compiledMethods);
}

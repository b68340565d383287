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

    private const int QuietPeriods = 2;

    private long _trimmedAt;
    private long _allocated;
    private long _lastCall;
    private int _quiet;

    /// <param name="allocatedBytes">By the whole process until now.</param>
    /// <param name="lastCall">Any number that differs after a call.</param>
    public bool IsDue(long allocatedBytes, long lastCall)
    {
        _quiet = lastCall == _lastCall && allocatedBytes - _allocated < QuietBytes ? _quiet + 1 : 0;
        (_allocated, _lastCall) = (allocatedBytes, lastCall);
        return _quiet >= QuietPeriods && allocatedBytes - _trimmedAt >= SignificantBytes;
    }

    public void Trimmed(long allocatedBytes) => _trimmedAt = _allocated = allocatedBytes;
}

namespace McpGateway.Frontend.Feed;

/// <summary>What this node knows of the change feed. Written by <see cref="FeedWatcher"/> alone, read by everybody without a lock.</summary>
internal sealed class FeedStatus(TimeProvider time)
{
    /// <summary>So long after the last word of the feed, cached things are trusted without asking.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(2);

    private readonly long _lostAfterTicks = (long)(LostAfter.TotalSeconds * time.TimestampFrequency);
    private long _heardAt;
    private long _lastId = -1;

    /// <summary>True while the feed was heard within the last 2 s: whatever is cached is right.</summary>
    public bool IsLive => Volatile.Read(ref _heardAt) is not 0 and var heardAt && time.GetTimestamp() - heardAt <= _lostAfterTicks;

    /// <summary>
    /// True while what is cached may be used: the feed is live, or there is nobody to ask and it has been lost for less than
    /// <paramref name="grace"/>.
    /// </summary>
    public bool MayServe(TimeSpan grace) => HeardAt is { } heardAt && time.GetElapsedTime(heardAt) <= LostAfter + grace;

    /// <summary>The newest id that every cache has applied; -1 before the feed was heard first.</summary>
    public long LastId => Volatile.Read(ref _lastId);

    /// <summary>When the feed was heard last, as a timestamp of the time provider; null if never.</summary>
    public long? HeardAt => Volatile.Read(ref _heardAt) is not 0 and var heardAt ? heardAt : null;

    /// <summary>Called after all caches have applied everything up to <paramref name="lastId"/>.</summary>
    public void Heard(long lastId)
    {
        Volatile.Write(ref _lastId, lastId);
        // 0 means never, and a provider may begin to count there.
        Volatile.Write(ref _heardAt, Math.Max(time.GetTimestamp(), 1));
    }
}

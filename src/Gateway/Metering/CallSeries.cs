using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Gateway.Metering;

/// <summary>
/// The counts of one thing in this process: written without locks by every request, read by one flusher. Numbers only grow; the flusher
/// remembers what it has already sent.
/// </summary>
public sealed class CallSeries
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];
    private long _calls;
    private long _failures;
    private long _toolErrors;
    private long _microseconds;
    private long _lastUse;

    // What was flushed; touched by the flusher alone.
    private long[]? _flushedBuckets;
    private (long Calls, long Failures, long ToolErrors, long Microseconds) _flushed;

    internal CallSeries(SeriesKind kind, string id, string name) => (Kind, Id, Name) = (kind, id, name);

    public SeriesKind Kind { get; }

    public string Id { get; }

    /// <summary>For people and for labels.</summary>
    public string Name { get; internal set; }

    public long Calls => Volatile.Read(ref _calls);

    public long Failures => Volatile.Read(ref _failures);

    public long ToolErrors => Volatile.Read(ref _toolErrors);

    public long TotalMicroseconds => Volatile.Read(ref _microseconds);

    /// <summary>The count of one latency bucket, see <see cref="LatencyBuckets"/>.</summary>
    public long BucketCount(int bucket) => Volatile.Read(ref _buckets[bucket]);

    /// <summary>Counts one call.</summary>
    /// <param name="microseconds">From the request's arrival to the end of its answer.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="now">UTC ticks.</param>
    public void Record(long microseconds, CallResult result, long now)
    {
        if (result == CallResult.Failed)
        {
            Interlocked.Increment(ref _failures);
        }
        else if (result == CallResult.ToolError)
        {
            Interlocked.Increment(ref _toolErrors);
        }

        Interlocked.Add(ref _microseconds, microseconds);
        Interlocked.Increment(ref _buckets[LatencyBuckets.IndexOf(microseconds)]);
        Volatile.Write(ref _lastUse, now);
        // Last, so that a flush in between misses the whole call rather than counting a call without its length.
        Interlocked.Increment(ref _calls);
    }

    /// <summary>What was counted since the last call of this method; null for nothing. Only the flusher calls it.</summary>
    internal SeriesDelta? TakeDelta()
    {
        var calls = Calls;
        if (calls == _flushed.Calls)
        {
            return null;
        }

        var now = (Calls: calls, Failures, ToolErrors, Microseconds: TotalMicroseconds);
        var delta = new SeriesDelta(
            Kind,
            Id,
            now.Calls - _flushed.Calls,
            now.Failures - _flushed.Failures,
            now.ToolErrors - _flushed.ToolErrors,
            now.Microseconds - _flushed.Microseconds,
            new DateTimeOffset(Volatile.Read(ref _lastUse), TimeSpan.Zero),
            TakeBuckets());
        _flushed = now;
        return delta;
    }

    private ImmutableArray<BucketCount> TakeBuckets()
    {
        _flushedBuckets ??= new long[LatencyBuckets.Count];
        var counts = ImmutableArray.CreateBuilder<BucketCount>();
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            var count = BucketCount(bucket);
            if (count != _flushedBuckets[bucket])
            {
                counts.Add(new BucketCount(bucket, count - _flushedBuckets[bucket]));
                _flushedBuckets[bucket] = count;
            }
        }

        return counts.ToImmutable();
    }
}

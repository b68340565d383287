using McpGateway.Abstractions.Metrics;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Metering;

/// <summary>The counts of one line of the Prometheus page: of one series, or of all that have no line of their own.</summary>
internal sealed class ExposedCounts(SeriesKind kind, string id, string name)
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];

    public SeriesKind Kind => kind;

    public string Id => id;

    public string Name => name;

    public long Calls { get; private set; }

    public long Failures { get; private set; }

    public long ToolErrors { get; private set; }

    public double Seconds { get; private set; }

    public ReadOnlySpan<long> Buckets => _buckets;

    public void Add(CallSeries series)
    {
        Calls += series.Calls;
        Failures += series.Failures;
        ToolErrors += series.ToolErrors;
        Seconds += series.TotalMicroseconds / 1e6;
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            _buckets[bucket] += series.BucketCount(bucket);
        }
    }
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Gateway.Metering;

/// <summary>Sums of counts.</summary>
public static class SeriesMath
{
    /// <summary>The first with the second's counts added; it keeps its kind and id.</summary>
    public static SeriesDelta Add(SeriesDelta first, SeriesDelta second) => first with
    {
        Calls = first.Calls + second.Calls,
        Failures = first.Failures + second.Failures,
        ToolErrors = first.ToolErrors + second.ToolErrors,
        TotalMicroseconds = first.TotalMicroseconds + second.TotalMicroseconds,
        LastUse = first.LastUse > second.LastUse ? first.LastUse : second.LastUse,
        Buckets = Add(first.Buckets, second.Buckets),
    };

    /// <summary>Two sparse histograms added, ordered by bucket.</summary>
    public static ImmutableArray<BucketCount> Add(ImmutableArray<BucketCount> first, ImmutableArray<BucketCount> second)
    {
        var dense = new long[LatencyBuckets.Count];
        foreach (var (bucket, count) in first.Concat(second))
        {
            dense[bucket] += count;
        }

        return [.. dense.Index().Where(entry => entry.Item != 0).Select(entry => new BucketCount(entry.Index, entry.Item))];
    }

    /// <summary>Percentiles and average of summed counts.</summary>
    public static SeriesSummary Summarize(SeriesDelta sum)
    {
        var dense = new long[LatencyBuckets.Count];
        foreach (var (bucket, count) in sum.Buckets)
        {
            dense[bucket] += count;
        }

        return new SeriesSummary(
            sum.Kind,
            sum.Id,
            sum.Calls,
            sum.Failures,
            sum.ToolErrors,
            sum.Calls == 0 ? 0 : sum.TotalMicroseconds / 1000.0 / sum.Calls,
            LatencyBuckets.Percentile(dense, 0.50),
            LatencyBuckets.Percentile(dense, 0.95),
            LatencyBuckets.Percentile(dense, 0.99),
            sum.LastUse);
    }
}

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
        var sum = ImmutableArray.CreateBuilder<BucketCount>(first.Length + second.Length);
        var left = first.AsSpan();
        var right = second.AsSpan();
        while (left.Length > 0 && right.Length > 0)
        {
            var (isLeft, isRight) = (left[0].Bucket <= right[0].Bucket, right[0].Bucket <= left[0].Bucket);
            sum.Add(new BucketCount(isLeft ? left[0].Bucket : right[0].Bucket, (isLeft ? left[0].Count : 0) + (isRight ? right[0].Count : 0)));
            left = isLeft ? left[1..] : left;
            right = isRight ? right[1..] : right;
        }

        sum.AddRange(left);
        sum.AddRange(right);
        return sum.DrainToImmutable();
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

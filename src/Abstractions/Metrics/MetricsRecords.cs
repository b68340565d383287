using System.Collections.Immutable;
using Orleans;

namespace McpGateway.Abstractions.Metrics;

/// <summary>What a series of counts is about.</summary>
[GenerateSerializer]
public enum SeriesKind
{
    Tool,
    Prompt,
    Resource,
    VirtualServer,
    Upstream,
    Token,
    Team,

    /// <summary>Every call; key <c>all</c>.</summary>
    Total,
}

/// <summary>What one node counted of one series since its last flush.</summary>
/// <param name="Calls">All calls, failed ones included.</param>
/// <param name="Failures">Calls that ended in a protocol error, a refused or unreachable upstream, or a time-out.</param>
/// <param name="ToolErrors">Calls that were answered with <c>isError: true</c>; not part of <paramref name="Failures"/>.</param>
/// <param name="LastUse">The newest call.</param>
/// <param name="Buckets">Latency histogram, sparse: bucket index → count, see <see cref="LatencyBuckets"/>.</param>
[GenerateSerializer, Immutable]
public sealed record SeriesDelta(
    SeriesKind Kind,
    string Id,
    long Calls,
    long Failures,
    long ToolErrors,
    long TotalMicroseconds,
    DateTimeOffset LastUse,
    ImmutableArray<BucketCount> Buckets);

/// <summary>A count in one latency bucket.</summary>
[GenerateSerializer, Immutable]
public readonly record struct BucketCount(int Bucket, long Count);

/// <summary>One flush of one node. (<paramref name="Node"/>, <paramref name="Sequence"/>) makes it count once however often it arrives.</summary>
[GenerateSerializer, Immutable]
public sealed record MetricsBatch(string Node, long Sequence, DateTimeOffset At, ImmutableArray<SeriesDelta> Series);

/// <summary>Which series, over which time.</summary>
/// <param name="Kind">Null: all kinds.</param>
/// <param name="Ids">Empty: all ids of that kind.</param>
/// <param name="Since">Counted from the hour that holds this instant; null: from the beginning.</param>
/// <param name="Limit">At most so many series, most used first; 1 to 10,000.</param>
[GenerateSerializer, Immutable]
public sealed record MetricsQuery(SeriesKind? Kind, ImmutableArray<string> Ids, DateTimeOffset? Since, int Limit);

/// <summary>The sum of one series. Percentiles are in milliseconds, exact to a bucket's width (about 10 %).</summary>
[GenerateSerializer, Immutable]
public sealed record SeriesSummary(
    SeriesKind Kind,
    string Id,
    long Calls,
    long Failures,
    long ToolErrors,
    double AverageMilliseconds,
    double P50Milliseconds,
    double P95Milliseconds,
    double P99Milliseconds,
    DateTimeOffset? LastUse);

/// <summary>One finished call, as the live view shows it. No arguments, no results.</summary>
[GenerateSerializer, Immutable]
public sealed record CallReport(
    DateTimeOffset At,
    string Method,
    string Name,
    string VirtualServerId,
    string UpstreamId,
    string Principal,
    bool Failed,
    double Milliseconds);

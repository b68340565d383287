using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Metrics;

/// <summary>Counts, kept per series and hour. Sixteen shards, keys <c>0</c> to <c>15</c>; a node always writes to the same one.</summary>
[Alias("IMetricsGrain")]
public interface IMetricsGrain : IGatewayGrain
{
    /// <summary>How many shards there are.</summary>
    public const int Shards = 16;

    /// <summary>Adds one batch in one transaction. Idempotent: a batch that was already counted is not counted again.</summary>
    ValueTask RecordAsync(MetricsBatch batch, CancellationToken cancellationToken);

    /// <summary>Sums over all shards; any shard answers.</summary>
    ValueTask<ImmutableArray<SeriesSummary>> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken);
}

/// <summary>Calls as they happen, for the dashboard. One activation, key <see cref="Key"/>; keeps nothing on disk.</summary>
[Alias("ILiveCallsGrain")]
public interface ILiveCallsGrain : IGatewayGrain
{
    /// <summary>The only key.</summary>
    public const string Key = "live";

    /// <summary>Reports calls (at most 200 at a time). Answers whether anyone is watching; while nobody is, nodes send nothing but ask again every 2 s.</summary>
    ValueTask<bool> ReportAsync(ImmutableArray<CallReport> calls, CancellationToken cancellationToken);

    /// <summary>The last calls, then what comes. A slow watcher loses the oldest ones.</summary>
    IAsyncEnumerable<ImmutableArray<CallReport>> WatchAsync(CancellationToken cancellationToken);
}

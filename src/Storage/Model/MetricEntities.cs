using McpGateway.Abstractions.Metrics;

namespace McpGateway.Storage.Model;

/// <summary>Counts of one series in one hour, as one shard has them.</summary>
public sealed class MetricSeriesEntity
{
    public int Shard { get; set; }

    /// <summary>The start of the hour.</summary>
    public DateTimeOffset Hour { get; set; }

    public SeriesKind Kind { get; set; }

    /// <summary>Id of the tool, virtual server, token … that was counted.</summary>
    public required string Key { get; set; }

    public long Calls { get; set; }

    public long Failures { get; set; }

    public long ToolErrors { get; set; }

    public long TotalMicroseconds { get; set; }

    public DateTimeOffset LastUse { get; set; }

    /// <summary>Latency histogram; its form is the metrics grain's own.</summary>
    public byte[] Histogram { get; set; } = [];
}

/// <summary>The last batch of a node that was counted: what arrives a second time is known by it.</summary>
public sealed class MetricNodeEntity
{
    public required string Node { get; set; }

    public long Sequence { get; set; }

    public DateTimeOffset At { get; set; }
}

using McpGateway.Abstractions.Changes;

namespace McpGateway.Storage.Model;

/// <summary>One row of the feed. Ids grow in commit order: whoever has seen an id has seen every smaller one.</summary>
public sealed class ChangeEntity
{
    public long Id { get; set; }

    public ChangeKind Kind { get; set; }

    public required string Key { get; set; }

    public DateTimeOffset At { get; set; }
}

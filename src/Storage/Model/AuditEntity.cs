namespace McpGateway.Storage.Model;

/// <summary>One administrative change. Written in the change's own transaction and never altered.</summary>
public sealed class AuditEntity
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public required string ActorId { get; set; }

    public required string ActorName { get; set; }

    public string? TokenId { get; set; }

    public string? Address { get; set; }

    public required string RequestId { get; set; }

    public required string Action { get; set; }

    public required string TargetKind { get; set; }

    public required string TargetId { get; set; }

    public required string TargetName { get; set; }

    /// <summary>What was changed, as JSON without secrets.</summary>
    public string? Detail { get; set; }

    /// <summary>The chain this entry belongs to; null while entries are not chained.</summary>
    public string? Writer { get; set; }

    /// <summary>HMAC over this entry and the chain's previous MAC; null while entries are not chained.</summary>
    public byte[]? Mac { get; set; }
}

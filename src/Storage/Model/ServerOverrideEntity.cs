namespace McpGateway.Storage.Model;

/// <summary>Another name or description for one item inside one virtual server. Null leaves the upstream's.</summary>
public sealed class ServerOverrideEntity
{
    public required string ServerId { get; set; }

    public required string ItemId { get; set; }

    public string? Name { get; set; }

    public string? Description { get; set; }
}

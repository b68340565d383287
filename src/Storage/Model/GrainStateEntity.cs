namespace McpGateway.Storage.Model;

/// <summary>Stored state of a grain in the embedded host.</summary>
public sealed class GrainStateEntity
{
    public required string Type { get; set; }

    public required string Key { get; set; }

    public required string Name { get; set; }

    public required byte[] Payload { get; set; }

    public required string Etag { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

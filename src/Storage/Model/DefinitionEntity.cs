namespace McpGateway.Storage.Model;

/// <summary>A definition as its upstream wrote it, stored once however many items have it. Never changed.</summary>
public sealed class DefinitionEntity
{
    /// <summary>Hex SHA-256 of <see cref="Json"/>.</summary>
    public required string Hash { get; set; }

    public required byte[] Json { get; set; }

    /// <summary>Hex SHA-256 of the canonical form: the same for texts that differ only in white space or order of members.</summary>
    public required string CanonicalHash { get; set; }
}

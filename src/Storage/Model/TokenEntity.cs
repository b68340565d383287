namespace McpGateway.Storage.Model;

/// <summary>An API token. Of its secret only the hash is kept. Revoked tokens stay, so that lists and audit can name them.</summary>
public sealed class TokenEntity : IVersioned
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public required string OwnerId { get; set; }

    /// <summary>SHA-256 of the secret part.</summary>
    public required byte[] SecretHash { get; set; }

    /// <summary>The one team the token stands for; null: all of its owner's.</summary>
    public string? TeamId { get; set; }

    /// <summary>Virtual servers the token is bound to; empty: no binding. Ids of deleted servers stay, or the binding would be lost.</summary>
    public string[] ServerIds { get; set; } = [];

    /// <summary>Names as they were asked for (<c>tools.*</c>), so that a pattern covers permissions that come later.</summary>
    public string[] Permissions { get; set; } = [];

    /// <summary>CIDR networks the caller must come from; empty: any.</summary>
    public string[] Networks { get; set; } = [];

    /// <summary>JSON; null for none.</summary>
    public string? TimeRestrictions { get; set; }

    /// <summary>JSON; null for none.</summary>
    public string? UsageLimits { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public int Version { get; set; }
}

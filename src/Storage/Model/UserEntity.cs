namespace McpGateway.Storage.Model;

/// <summary>Somebody who signs in.</summary>
public sealed class UserEntity : IVersioned
{
    public required string Id { get; set; }

    public required string Email { get; set; }

    /// <summary>The address in upper case; unique (<see cref="Names.Normalize"/>).</summary>
    public required string NormalizedEmail { get; set; }

    /// <summary>Null for users who only sign in through an identity provider.</summary>
    public string? PasswordHash { get; set; }

    public string? FullName { get; set; }

    public bool IsAdministrator { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>Changes with the password; sign-ins made under another stamp are over.</summary>
    public required string SecurityStamp { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastLoginAt { get; set; }

    public int Version { get; set; }
}

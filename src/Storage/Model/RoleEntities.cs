namespace McpGateway.Storage.Model;

/// <summary>A named set of permissions.</summary>
public sealed class RoleEntity : IVersioned
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The name in upper case; unique (<see cref="Names.Normalize"/>).</summary>
    public required string NormalizedName { get; set; }

    public string? Description { get; set; }

    /// <summary>Names as in <see cref="Abstractions.Access.PermissionNames"/>.</summary>
    public string[] Permissions { get; set; } = [];

    /// <summary>The team within which the permissions hold; null: everywhere.</summary>
    public string? ScopeTeamId { get; set; }

    /// <summary>Made by the gateway; cannot be changed or deleted.</summary>
    public bool BuiltIn { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A user has a role.</summary>
public sealed class UserRoleEntity
{
    public required string UserId { get; set; }

    public required string RoleId { get; set; }

    public DateTimeOffset GrantedAt { get; set; }
}

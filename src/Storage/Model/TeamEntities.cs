namespace McpGateway.Storage.Model;

/// <summary>A team.</summary>
public sealed class TeamEntity : IVersioned
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The name in upper case; unique (<see cref="Names.Normalize"/>).</summary>
    public required string NormalizedName { get; set; }

    public string? Description { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A user's membership in a team.</summary>
public sealed class TeamMemberEntity
{
    public required string TeamId { get; set; }

    public required string UserId { get; set; }

    /// <summary>May invite and remove members.</summary>
    public bool IsTeamAdministrator { get; set; }

    public DateTimeOffset JoinedAt { get; set; }
}

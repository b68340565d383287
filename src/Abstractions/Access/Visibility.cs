using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>Who may see a thing. Administrators see everything.</summary>
[GenerateSerializer]
public enum Visibility
{
    /// <summary>Its owner only.</summary>
    Private,

    /// <summary>Members of its team, and its owner.</summary>
    Team,

    /// <summary>Every authenticated caller. Never means unauthenticated.</summary>
    Public,
}

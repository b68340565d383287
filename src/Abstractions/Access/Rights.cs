using System.Collections.Immutable;
using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>What a principal may do at this moment.</summary>
/// <param name="PrincipalId">The user's id; <see cref="AnonymousId"/> for callers without credentials; <see cref="SystemId"/> for the gateway itself.</param>
/// <param name="PrincipalName">Name for people: the e-mail address.</param>
/// <param name="Permissions">Roles of the principal, for a token already cut by its scope.</param>
/// <param name="IsAdministrator">Sees everything whatever its visibility. A token keeps it only if its scope is unrestricted.</param>
/// <param name="Teams">Ids of the teams the principal belongs to.</param>
[GenerateSerializer, Immutable]
public sealed record Rights(
    string PrincipalId,
    string PrincipalName,
    Permissions Permissions,
    bool IsAdministrator,
    ImmutableArray<string> Teams)
{
    /// <summary>Principal id of callers without credentials, on virtual servers that an administrator set <c>anonymous: true</c>.</summary>
    public const string AnonymousId = "anonymous";

    /// <summary>Principal id of what the gateway does by itself (refreshes, health checks, first start).</summary>
    public const string SystemId = "system";

    /// <summary>The rights of a caller without credentials: to use the virtual server it reached, nothing else.</summary>
    public static Rights Anonymous { get; } = new(AnonymousId, AnonymousId, Permissions.Use, false, []);

    /// <summary>The gateway itself.</summary>
    public static Rights System { get; } = new(SystemId, SystemId, Permissions.All, true, []);

    /// <summary>True when every permission in <paramref name="needed"/> is held.</summary>
    public bool Has(Permissions needed) => (Permissions & needed) == needed;

    /// <summary>
    /// The one rule of visibility: an administrator sees everything, an owner what is theirs, team members what is shared with their
    /// team, and every authenticated principal what is public.
    /// </summary>
    public bool Sees(Visibility visibility, string? ownerId, string? teamId) =>
        IsAdministrator
        || (visibility == Visibility.Public && !string.Equals(PrincipalId, AnonymousId, StringComparison.Ordinal))
        || (ownerId is not null && string.Equals(ownerId, PrincipalId, StringComparison.Ordinal))
        || (visibility == Visibility.Team && teamId is not null && Teams.Contains(teamId));

    /// <summary>True when the principal may change a thing it owns or that belongs to its team; administrators may change everything.</summary>
    public bool Manages(string? ownerId, string? teamId) =>
        IsAdministrator
        || (ownerId is not null && string.Equals(ownerId, PrincipalId, StringComparison.Ordinal))
        || (teamId is not null && Teams.Contains(teamId));
}

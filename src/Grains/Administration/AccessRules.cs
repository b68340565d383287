using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

/// <summary>
/// Who may do what in administration: reads need a permission and sight of the thing, writes a permission and its management. What a
/// caller does not see does not exist for it.
/// </summary>
internal static class AccessRules
{
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> s_noFields = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Null when the caller holds all of <paramref name="permissions"/>.</summary>
    public static Refusal? Needs(this Caller caller, Permissions permissions) =>
        caller.Rights.Has(permissions)
            ? null
            : Refusal.Forbidden(string.Join("', '", PermissionNames.Of(permissions & ~caller.Rights.Permissions)));

    /// <summary>As <see cref="Needs"/>; besides, a token that is bound to virtual servers may not do it at all.</summary>
    public static Refusal? NeedsUnbound(this Caller caller, Permissions permissions) =>
        caller.Needs(permissions)
        ?? (caller.ServerIds.IsDefaultOrEmpty ? null : Forbidden("This token is bound to virtual servers and can do nothing beside them."));

    /// <summary>Null when the caller may change what it sees.</summary>
    public static Refusal? NeedsToManage(this Caller caller, IOwned row, string what) =>
        caller.Rights.Manages(row.OwnerId, row.TeamId)
            ? null
            : Forbidden($"Only its owner, its team or an administrator may change this {what}.");

    public static bool Sees(this Caller caller, IOwned row) => caller.Rights.Sees(row.Visibility, row.OwnerId, row.TeamId);

    public static Refusal Forbidden(string detail) => new(RefusalKind.Forbidden, detail, s_noFields);

    public static Refusal Limited(string detail) => new(RefusalKind.Limited, detail, s_noFields);

    public static Refusal Unauthenticated(string detail) => new(RefusalKind.Unauthenticated, detail, s_noFields);
}

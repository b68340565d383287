using McpGateway.Abstractions.Access;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Access;

/// <summary>Works out what a user may do at this moment.</summary>
internal static class RightsReader
{
    /// <summary>What everyone who can sign in may do: use what they see, and make and end tokens of their own.</summary>
    public const Permissions Everyone = Permissions.Use | Permissions.TokensRead | Permissions.TokensCreate | Permissions.TokensRevoke;

    /// <summary>The rights of a user; null for an unknown or disabled one.</summary>
    public static async Task<Rights?> ReadRightsAsync(this GatewayDbContext db, string userId, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(row => row.Id == userId, cancellationToken);
        return user is null ? null : await db.ReadRightsAsync(user, cancellationToken);
    }

    /// <inheritdoc cref="ReadRightsAsync(GatewayDbContext, string, CancellationToken)"/>
    public static async Task<Rights?> ReadRightsAsync(this GatewayDbContext db, UserEntity user, CancellationToken cancellationToken)
    {
        if (!user.Enabled)
        {
            return null;
        }

        var teams = await db.TeamMembers.Where(member => member.UserId == user.Id)
            .Select(member => member.TeamId)
            .Order()
            .ToListAsync(cancellationToken);
        var permissions = user.IsAdministrator ? Permissions.All : await ReadPermissionsAsync(db, user.Id, cancellationToken);
        return new Rights(user.Id, user.Email, permissions, user.IsAdministrator, [.. teams]);
    }

    /// <summary>What a list of names amounts to. Names that this version does not know grant nothing.</summary>
    public static Permissions Parse(IEnumerable<string> names) =>
        names.Aggregate(Permissions.None, (all, name) => PermissionNames.TryParse(name, out var one) ? all | one : all);

    // Roles that hold within one team only do not widen what holds everywhere.
    private static async Task<Permissions> ReadPermissionsAsync(GatewayDbContext db, string userId, CancellationToken cancellationToken)
    {
        var roles = await db.UserRoles.Where(grant => grant.UserId == userId)
            .Join(db.Roles.Where(role => role.ScopeTeamId == null), grant => grant.RoleId, role => role.Id, (_, role) => role.Permissions)
            .ToListAsync(cancellationToken);
        return Everyone | Parse(roles.SelectMany(names => names));
    }
}

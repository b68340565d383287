using McpGateway.Abstractions.Access;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>Visibility and team of something that is created or changed.</summary>
internal static class OwnershipRules
{
    /// <summary>What both will be. A team must exist and be one of the caller's, and team visibility needs a team.</summary>
    /// <param name="teamId">Null: unchanged; empty: no team.</param>
    public static async Task<(Visibility Visibility, string? TeamId)> CheckAsync(
        GatewayDbContext db, Caller caller, Mistakes mistakes, Visibility? visibility, string? teamId, IOwned? existing,
        CancellationToken cancellationToken)
    {
        // The catalog is there to be found by anybody; who wants less says so.
        var newVisibility = visibility ?? existing?.Visibility ?? Visibility.Public;
        var newTeam = teamId is null ? existing?.TeamId : teamId.Length == 0 ? null : teamId;
        if (newVisibility == Visibility.Team && newTeam is null)
        {
            mistakes.Add("team_id", "Visibility 'team' needs a team.");
        }

        if (newTeam is not null && newTeam != existing?.TeamId && !await IsOpenAsync(db, caller, newTeam, cancellationToken))
        {
            mistakes.Add("team_id", "There is no such team that you belong to.");
        }

        return (newVisibility, newTeam);
    }

    private static async Task<bool> IsOpenAsync(GatewayDbContext db, Caller caller, string team, CancellationToken cancellationToken) =>
        (caller.Rights.IsAdministrator || (!caller.Rights.Teams.IsDefault && caller.Rights.Teams.Contains(team)))
        && await db.Teams.AnyAsync(row => row.Id == team, cancellationToken);
}

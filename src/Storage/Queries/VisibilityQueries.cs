using McpGateway.Abstractions.Access;
using McpGateway.Storage.Model;

namespace McpGateway.Storage.Queries;

/// <summary><see cref="Rights.Sees"/> and <see cref="Rights.Manages"/> as filters in the database.</summary>
public static class VisibilityQueries
{
    /// <summary>What these rights see.</summary>
    public static IQueryable<T> VisibleTo<T>(this IQueryable<T> rows, Rights rights)
        where T : class, IOwned
    {
        if (rights.IsAdministrator)
        {
            return rows;
        }

        var principal = rights.PrincipalId;
        var authenticated = principal != Rights.AnonymousId;
        List<string> teams = rights.Teams.IsDefaultOrEmpty ? [] : [.. rights.Teams];
        return rows.Where(row =>
            (row.Visibility == Visibility.Public && authenticated)
            || row.OwnerId == principal
            || (row.Visibility == Visibility.Team && row.TeamId != null && teams.Contains(row.TeamId)));
    }

    /// <summary>Virtual servers that this caller sees: its rights' view, cut to the servers that its token is bound to.</summary>
    public static IQueryable<ServerEntity> VisibleTo(this IQueryable<ServerEntity> servers, Caller caller)
    {
        var visible = servers.VisibleTo(caller.Rights);
        if (caller.ServerIds.IsDefaultOrEmpty)
        {
            return visible;
        }

        List<string> bound = [.. caller.ServerIds];
        return visible.Where(server => bound.Contains(server.Id));
    }
}

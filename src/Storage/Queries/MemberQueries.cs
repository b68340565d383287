using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Storage.Model;

namespace McpGateway.Storage.Queries;

/// <summary>What virtual servers consist of.</summary>
public static class MemberQueries
{
    /// <summary>
    /// The items that a virtual server serves: the chosen ones, all of its upstreams, and all that carry one of its tags (their own or
    /// their upstream's). Each once, in no order.
    /// </summary>
    /// <remarks>
    /// A virtual server never offers more than its owner may see at this moment: otherwise anybody could reach a private upstream's
    /// tools by guessing a tag. What belongs to the server's own team counts as seen.
    /// </remarks>
    public static IQueryable<ServedItem> MembersOf(this GatewayDbContext context, string serverId) =>
        context.MembersOf(context.Servers.Where(server => server.Id == serverId));

    /// <summary>As <see cref="MembersOf(GatewayDbContext, string)"/> for several; an item comes once for each that serves it.</summary>
    public static IQueryable<ServedItem> MembersOf(this GatewayDbContext context, IQueryable<ServerEntity> servers)
    {
        // From the members to the items, so that a small server costs little in a large catalog.
        var members = servers.Join(context.ServerMembers, server => server.Id, member => member.ServerId, (_, member) => member);
        var chosen = members.Where(member => member.Kind == MemberKind.Item).Select(member => new { member.ServerId, ItemId = member.Target });
        var whole =
            from member in members
            where member.Kind == MemberKind.Upstream
            join item in context.Items on member.Target equals item.UpstreamId
            select new { member.ServerId, ItemId = item.Id };
        var tagged =
            from member in members
            where member.Kind == MemberKind.Tag
            from item in context.Items
            join upstream in context.Upstreams on item.UpstreamId equals upstream.Id
            where item.Tags.Contains(member.Target) || upstream.Tags.Contains(member.Target)
            select new { member.ServerId, ItemId = item.Id };
        var rows =
            from pair in chosen.Union(whole).Union(tagged)
            join server in context.Servers on pair.ServerId equals server.Id
            join item in context.Items on pair.ItemId equals item.Id
            join upstream in context.Upstreams on item.UpstreamId equals upstream.Id
            where upstream.Enabled
            where upstream.Visibility == Visibility.Public
                || upstream.OwnerId == server.OwnerId
                || server.OwnerId == Rights.SystemId
                || context.Users.Any(user => user.Id == server.OwnerId && user.IsAdministrator)
                || (upstream.Visibility == Visibility.Team && upstream.TeamId != null
                    && (upstream.TeamId == server.TeamId
                        || context.TeamMembers.Any(m => m.UserId == server.OwnerId && m.TeamId == upstream.TeamId)))
            select new CatalogRow { Item = item, Upstream = upstream };
        return context.Served(rows);
    }

    /// <summary>Every item that is served at all: the server of everything, of which each caller sees its own view.</summary>
    public static IQueryable<ServedItem> Everything(this GatewayDbContext context) =>
        context.Served(
            from upstream in context.Upstreams
            where upstream.Enabled
            join item in context.Items on upstream.Id equals item.UpstreamId
            select new CatalogRow { Item = item, Upstream = upstream });

    /// <summary>True where the upstream's text differs, in more than its form, from the approved one, or none is approved.</summary>
    public static IQueryable<CatalogRow> Drifted(this IQueryable<CatalogRow> rows, GatewayDbContext context) =>
        rows.Where(row => row.Item.CurrentHash != row.Item.ApprovedHash
            && context.Definitions.Any(definition =>
                definition.Hash == row.Item.CurrentHash && definition.CanonicalHash != row.Item.ApprovedCanonicalHash));

    private static IQueryable<ServedItem> Served(this GatewayDbContext context, IQueryable<CatalogRow> rows) =>
        from row in rows
        where row.Item.Enabled && row.Item.Available
        where row.Upstream.Drift == DriftPolicy.Observe || row.Item.ApprovedHash != ""
        where row.Upstream.Drift != DriftPolicy.Block
            || row.Item.CurrentHash == row.Item.ApprovedHash
            || !context.Definitions.Any(definition =>
                definition.Hash == row.Item.CurrentHash && definition.CanonicalHash != row.Item.ApprovedCanonicalHash)
        select new ServedItem
        {
            Id = row.Item.Id,
            Kind = row.Item.Kind,
            OriginalName = row.Item.OriginalName,
            CatalogName = row.Item.CatalogName,
            Position = row.Item.Position,
            ServedHash = row.Upstream.Drift == DriftPolicy.Observe ? row.Item.CurrentHash : row.Item.ApprovedHash,
            UpstreamId = row.Upstream.Id,
            UpstreamName = row.Upstream.Name,
            UpstreamSlug = row.Upstream.Slug,
            Visibility = row.Upstream.Visibility,
            TeamId = row.Upstream.TeamId,
            OwnerId = row.Upstream.OwnerId,
        };
}

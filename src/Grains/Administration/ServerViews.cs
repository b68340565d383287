using System.Collections.Immutable;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>Virtual servers as the API shows them: with what they serve at this moment.</summary>
internal static class ServerViews
{
    /// <summary>The entries that a virtual server serves, named as clients see them.</summary>
    public static async Task<ImmutableArray<SnapshotEntry>> CompileAsync(
        this GatewayDbContext db, ServerEntity row, string defaultSeparator, CancellationToken cancellationToken)
    {
        var items = await db.MembersOf(row.Id).ToListAsync(cancellationToken);
        var overrides = await ReadOverridesAsync(db, row.Id, cancellationToken);
        return ServerCompiler.Compile([.. items.Select(ToCatalogItem)], overrides, row.Separator ?? defaultSeparator);
    }

    public static async Task<ServerView> ToViewAsync(
        this GatewayDbContext db, ServerEntity row, string defaultSeparator, CancellationToken cancellationToken)
    {
        var entries = await db.CompileAsync(row, defaultSeparator, cancellationToken);
        var members = await db.ServerMembers.AsNoTracking()
            .Where(member => member.ServerId == row.Id && member.Kind != MemberKind.Item)
            .OrderBy(member => member.Target)
            .ToListAsync(cancellationToken);
        ImmutableArray<string> Exposed(params ItemKind[] kinds) =>
            [.. entries.Where(entry => kinds.Contains(entry.Kind)).Select(entry => entry.ExposedName)];
        ImmutableArray<string> Targets(MemberKind kind) => [.. members.Where(member => member.Kind == kind).Select(member => member.Target)];
        return new ServerView
        {
            Id = row.Id,
            Name = row.Name,
            Description = row.Description,
            Tools = Exposed(ItemKind.Tool),
            ToolIds = [.. entries.Where(entry => entry.Kind == ItemKind.Tool).Select(entry => entry.ItemId)],
            Resources = Exposed(ItemKind.Resource, ItemKind.ResourceTemplate),
            Prompts = Exposed(ItemKind.Prompt),
            Gateways = Targets(MemberKind.Upstream),
            ItemTags = Targets(MemberKind.Tag),
            Overrides = (await ReadOverridesAsync(db, row.Id, cancellationToken)).ToImmutableDictionary(),
            Tags = [.. row.Tags],
            Visibility = row.Visibility,
            TeamId = row.TeamId,
            OwnerId = row.OwnerId,
            Anonymous = row.Anonymous,
            Enabled = row.Enabled,
            Instructions = row.Instructions,
            Separator = row.Separator,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            Version = row.Version,
        };
    }

    private static Task<Dictionary<string, ItemOverride>> ReadOverridesAsync(
        GatewayDbContext db, string serverId, CancellationToken cancellationToken) =>
        db.ServerOverrides.AsNoTracking().Where(row => row.ServerId == serverId)
            .ToDictionaryAsync(row => row.ItemId, row => new ItemOverride(row.Name, row.Description), cancellationToken);

    private static CatalogItem ToCatalogItem(ServedItem item) => new(
        item.Kind, item.Id, item.UpstreamId, item.UpstreamSlug, item.OriginalName, item.ServedHash, item.Visibility, item.TeamId, item.OwnerId);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

internal sealed partial class CatalogGrain
{
    public async ValueTask<Outcome<Page<ItemView>>> ListItemsAsync(
        Caller caller, ItemQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.Needs(ItemViews.ReadPermission(query.Kind)) is { } forbidden)
        {
            return forbidden;
        }

        if (!Paging.TryRead(page, out (string Key, string Id)? after, out var refusal))
        {
            return refusal;
        }

        return await _database.ReadAsync(
            async (db, token) =>
            {
                var all = VisibleItems(db, caller).Matching(query);
                var total = await all.CountAsync(token);
                var rest = after is { } last
                    ? all.Where(row => string.Compare(row.Item.CatalogName, last.Key) > 0
                        || (row.Item.CatalogName == last.Key && string.Compare(row.Item.Id, last.Id) > 0))
                    : all;
                var rows = await rest.OrderBy(row => row.Item.CatalogName).ThenBy(row => row.Item.Id).Take(page.Limit + 1).ToListAsync(token);
                var definitions = await db.ReadDefinitionsAsync(rows, token);
                return Paging.ToPage(
                    rows, page, total, row => (row.Item.CatalogName, row.Item.Id), row => ItemViews.ToView(row, definitions));
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<ItemView>> GetItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken)
    {
        if (caller.Needs(ItemViews.ReadPermission(kind)) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.ReadAsync<Outcome<ItemView>>(
            async (db, token) =>
            {
                var row = await VisibleItems(db, caller).FirstOrDefaultAsync(found => found.Item.Id == id && found.Item.Kind == kind, token);
                return row is null ? Refusal.NotFound(ItemViews.Word(kind), id) : await db.ReadViewAsync(caller, row, token);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<ItemView>> UpdateItemAsync(
        Caller caller, ItemKind kind, string id, ItemInput input, CancellationToken cancellationToken)
    {
        var mistakes = new Mistakes();
        TextRules.Tags(mistakes, "tags", input.Tags);
        return await ChangeItemAsync(
            caller,
            kind,
            id,
            "update",
            ItemViews.UpdatePermission(kind),
            (_, row, _) => Task.FromResult<Outcome<AuditDetail>>(mistakes.Any ? mistakes.ToRefusal() : Apply(input, row)),
            cancellationToken);
    }

    /// <summary>Changes an item of an upstream that the caller manages.</summary>
    /// <param name="apply">Answers what it changed; where that is empty, nothing is written.</param>
    private async ValueTask<Outcome<ItemView>> ChangeItemAsync(
        Caller caller, ItemKind kind, string id, string verb, Permissions permission,
        Func<GatewayDbContext, CatalogRow, CancellationToken, Task<Outcome<AuditDetail>>> apply, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(permission) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.TryWriteAsync<ItemView>(
            async (db, log, token) =>
            {
                var row = await VisibleItems(db, caller).FirstOrDefaultAsync(found => found.Item.Id == id && found.Item.Kind == kind, token);
                if (row is null)
                {
                    return Refusal.NotFound(ItemViews.Word(kind), id);
                }

                if (caller.NeedsToManage(row.Upstream, ItemViews.Word(kind)) is { } refusal)
                {
                    return refusal;
                }

                var applied = await apply(db, row, token);
                if (!applied.Succeeded)
                {
                    return applied.Refusal;
                }

                if (!applied.Value.IsEmpty)
                {
                    row.Item.UpdatedAt = Time.GetUtcNow();
                    log.Audit(
                        caller, $"{ItemViews.Area(kind)}.{verb}", ItemViews.Word(kind), row.Item.Id, row.Item.CatalogName, applied.Value.ToString());
                    log.Changed(ChangeKind.Catalog, row.Item.UpstreamId);
                }

                return await db.ReadViewAsync(caller, row, token);
            },
            cancellationToken);
    }

    /// <summary>Items of upstreams that the caller sees; for a token that is bound to virtual servers, what those serve.</summary>
    private static IQueryable<CatalogRow> VisibleItems(GatewayDbContext db, Caller caller)
    {
        if (caller.ServerIds.IsDefaultOrEmpty)
        {
            return
                from upstream in db.Upstreams.VisibleTo(caller.Rights)
                join item in db.Items on upstream.Id equals item.UpstreamId
                select new CatalogRow { Item = item, Upstream = upstream };
        }

        var served = db.MembersOf(db.Servers.VisibleTo(caller)).Select(item => item.Id);
        return
            from item in db.Items
            where served.Contains(item.Id)
            join upstream in db.Upstreams on item.UpstreamId equals upstream.Id
            select new CatalogRow { Item = item, Upstream = upstream };
    }

    private static AuditDetail Apply(ItemInput input, CatalogRow row)
    {
        var detail = new AuditDetail();
        if (input.Enabled is { } enabled && row.Item.Enabled != enabled)
        {
            detail.Set("enabled", row.Item.Enabled = enabled);
        }

        if (!input.Tags.IsDefault && TextRules.Normalize(input.Tags) is var tags && !row.Item.Tags.SequenceEqual(tags))
        {
            detail.Set("tags", row.Item.Tags = tags);
        }

        return detail;
    }
}

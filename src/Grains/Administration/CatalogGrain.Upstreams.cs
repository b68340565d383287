using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

internal sealed partial class CatalogGrain
{
    private const string Gateway = "gateway";

    public async ValueTask<Outcome<UpstreamView>> CreateUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken)
    {
        if (MayNotCreate(caller, input) is { } forbidden)
        {
            return forbidden;
        }

        var outcome = await WriteAsync<UpstreamView>(
            Gateway,
            input.Name,
            async (db, log, token) =>
            {
                var mistakes = UpstreamRules.Check(input, null);
                var (visibility, team) = await OwnershipRules.CheckAsync(db, caller, mistakes, input.Visibility, input.TeamId, null, token);
                if (mistakes.Any)
                {
                    return mistakes.ToRefusal();
                }

                var now = Time.GetUtcNow();
                var row = new UpstreamEntity
                {
                    Id = Ids.Create(Time),
                    Name = "",
                    Slug = "",
                    OwnerId = caller.Rights.PrincipalId,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                var change = new UpstreamChange(row, _secrets, isNew: true);
                var name = input.Name!.Trim();
                change.Rename(name, await FreeSlugAsync(db, name, row.Id, token));
                change.Apply(input, visibility, team);
                db.Upstreams.Add(row);
                log.Audit(caller, "gateways.create", Gateway, row.Id, row.Name, change.Detail.ToString());
                log.Changed(ChangeKind.Upstream, row.Id);
                return UpstreamViews.ToView(row, default);
            },
            cancellationToken);
        if (outcome.Succeeded)
        {
            await ReconfigureAsync(outcome.Value.Id);
        }

        return outcome;
    }

    public async ValueTask<Outcome<UpstreamView>> GetUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.GatewaysRead) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.ReadAsync<Outcome<UpstreamView>>(
            async (db, token) =>
            {
                var row = await db.Upstreams.VisibleTo(caller.Rights).FirstOrDefaultAsync(found => found.Id == id, token);
                return row is null ? Refusal.NotFound(Gateway, id) : await db.ToViewAsync(row, token);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<Page<UpstreamView>>> ListUpstreamsAsync(
        Caller caller, UpstreamQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.GatewaysRead) is { } forbidden)
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
                var all = db.Upstreams.VisibleTo(caller.Rights).Matching(query);
                var total = await all.CountAsync(token);
                var rest = after is { } last ? all.Where(row => string.Compare(row.NormalizedName, last.Key) > 0) : all;
                var rows = await rest.OrderBy(row => row.NormalizedName).Take(page.Limit + 1).ToListAsync(token);
                var counts = await db.CountItemsAsync([.. rows.Select(row => row.Id)], token);
                return Paging.ToPage(
                    rows, page, total, row => (row.NormalizedName, row.Id), row => UpstreamViews.ToView(row, counts.GetValueOrDefault(row.Id)));
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<UpstreamView>> UpdateUpstreamAsync(
        Caller caller, string id, UpstreamInput input, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.GatewaysUpdate) is { } forbidden)
        {
            return forbidden;
        }

        var changed = false;
        var outcome = await WriteAsync<UpstreamView>(
            Gateway,
            input.Name,
            async (db, log, token) =>
            {
                changed = false;
                var row = await db.Upstreams.VisibleTo(caller.Rights).FirstOrDefaultAsync(found => found.Id == id, token);
                if (row is null)
                {
                    return Refusal.NotFound(Gateway, id);
                }

                if ((caller.NeedsToManage(row, Gateway) ?? MayNotUse(caller, input, row)) is { } refusal)
                {
                    return refusal;
                }

                var mistakes = UpstreamRules.Check(input, row);
                var (visibility, team) = await OwnershipRules.CheckAsync(db, caller, mistakes, input.Visibility, input.TeamId, row, token);
                if (mistakes.Any)
                {
                    return mistakes.ToRefusal();
                }

                var change = new UpstreamChange(row, _secrets, isNew: false);
                change.Apply(input, visibility, team);
                await RenameAsync(db, change, row, input.Name?.Trim(), token);
                changed = change.Any;
                if (changed)
                {
                    row.UpdatedAt = Time.GetUtcNow();
                    await db.SaveChangesAsync(token);
                    log.Audit(caller, "gateways.update", Gateway, row.Id, row.Name, change.Detail.ToString());
                    log.Changed(ChangeKind.Upstream, row.Id);
                    if (change.ChangesCatalog)
                    {
                        log.Changed(ChangeKind.Catalog, row.Id);
                    }
                }

                return await db.ToViewAsync(row, token);
            },
            cancellationToken);
        if (outcome.Succeeded && changed)
        {
            await ReconfigureAsync(id);
        }

        return outcome;
    }

    public async ValueTask<Outcome<UpstreamView>> DeleteUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.GatewaysDelete) is { } forbidden)
        {
            return forbidden;
        }

        var outcome = await WriteAsync<UpstreamView>(
            Gateway,
            null,
            async (db, log, token) =>
            {
                var row = await db.Upstreams.VisibleTo(caller.Rights).FirstOrDefaultAsync(found => found.Id == id, token);
                if (row is null)
                {
                    return Refusal.NotFound(Gateway, id);
                }

                if (caller.NeedsToManage(row, Gateway) is { } refusal)
                {
                    return refusal;
                }

                var view = await db.ToViewAsync(row, token);
                var servers = await db.ServerMembers
                    .Where(member => member.UpstreamId == id || db.Items.Any(item => item.UpstreamId == id && item.Id == member.ItemId))
                    .Select(member => member.ServerId)
                    .Distinct()
                    .ToListAsync(token);
                db.Upstreams.Remove(row);
                log.Audit(caller, "gateways.delete", Gateway, row.Id, row.Name, null);
                log.Changed(ChangeKind.Upstream, row.Id);
                log.Changed(ChangeKind.Catalog, row.Id);
                servers.ForEach(server => log.Changed(ChangeKind.VirtualServer, server));
                return view;
            },
            cancellationToken);
        if (outcome.Succeeded)
        {
            await ReconfigureAsync(id);
        }

        return outcome;
    }

    private static Refusal? MayNotCreate(Caller caller, UpstreamInput input) =>
        caller.NeedsUnbound(Permissions.GatewaysCreate) ?? MayNotUse(caller, input, null);

    /// <summary>What only some may set, whoever may edit the rest.</summary>
    private static Refusal? MayNotUse(Caller caller, UpstreamInput input, UpstreamEntity? existing)
    {
        if (UpstreamRules.DefinesProcess(input, existing) && caller.Needs(Permissions.GatewaysStdio) is { } forbidden)
        {
            return forbidden;
        }

        // Shared connections let callers act under one identity, and see what others' calls left in the session.
        return input.Sharing == SharingMode.Shared && existing?.Sharing != SharingMode.Shared && !caller.Rights.IsAdministrator
            ? AccessRules.Forbidden("Only an administrator may have everybody share one connection (sharing).")
            : null;
    }

    private static async Task RenameAsync(
        GatewayDbContext db, UpstreamChange change, UpstreamEntity row, string? name, CancellationToken cancellationToken)
    {
        if (name is null || name == row.Name)
        {
            return;
        }

        var before = row.Slug;
        change.Rename(name, await FreeSlugAsync(db, name, row.Id, cancellationToken));
        if (row.Slug == before)
        {
            return;
        }

        var items = await db.Items
            .Where(item => item.UpstreamId == row.Id && (item.Kind == ItemKind.Tool || item.Kind == ItemKind.Prompt))
            .ToListAsync(cancellationToken);
        foreach (var item in items)
        {
            item.CatalogName = ExposedNames.CatalogName(row.Slug, item.OriginalName);
        }
    }

    /// <summary>The name's slug, or the first of slug-2, slug-3 … that is free.</summary>
    private static async Task<string> FreeSlugAsync(GatewayDbContext db, string name, string id, CancellationToken cancellationToken)
    {
        var slug = ExposedNames.Slug(name);
        var prefix = slug + "-";
        var taken = (await db.Upstreams.Where(row => row.Id != id && (row.Slug == slug || row.Slug.StartsWith(prefix)))
            .Select(row => row.Slug)
            .ToListAsync(cancellationToken)).ToHashSet();
        var free = slug;
        for (var number = 2; taken.Contains(free); number++)
        {
            free = $"{prefix}{number}";
        }

        return free;
    }
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

internal sealed partial class CatalogGrain
{
    private const string Server = "server";

    // A page of servers with thousands of tools each ends early instead of growing without bound; its cursor goes on from there.
    private const int MaxEntriesInPage = 20_000;

    public async ValueTask<Outcome<ServerView>> CreateServerAsync(Caller caller, ServerInput input, CancellationToken cancellationToken)
    {
        if ((caller.NeedsUnbound(Permissions.ServersCreate) ?? ServerRules.MayNotOpen(caller, input, null)) is { } forbidden)
        {
            return forbidden;
        }

        return await WriteAsync<ServerView>(
            Server,
            input.Name,
            async (db, log, token) =>
            {
                var now = Time.GetUtcNow();
                var row = new ServerEntity
                {
                    Id = Ids.Create(Time),
                    Name = "",
                    OwnerId = caller.Rights.PrincipalId,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                var (refusal, detail) = await ChangeAsync(db, caller, row, input, isNew: true, token);
                if (refusal is not null)
                {
                    return refusal;
                }

                db.Servers.Add(row);
                await db.SaveChangesAsync(token);
                log.Audit(caller, "servers.create", Server, row.Id, row.Name, detail.ToString());
                log.Changed(ChangeKind.VirtualServer, row.Id);
                return await db.ToViewAsync(row, _naming.Separator, token);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<ServerView>> GetServerAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.Needs(Permissions.ServersRead) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.ReadAsync<Outcome<ServerView>>(
            async (db, token) =>
            {
                var row = await db.Servers.VisibleTo(caller).FirstOrDefaultAsync(found => found.Id == id, token);
                return row is null ? Refusal.NotFound(Server, id) : await db.ToViewAsync(row, _naming.Separator, token);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<Page<ServerView>>> ListServersAsync(
        Caller caller, ServerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.Needs(Permissions.ServersRead) is { } forbidden)
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
                var all = db.Servers.VisibleTo(caller).Matching(query);
                var total = await all.CountAsync(token);
                var rest = after is { } last ? all.Where(row => string.Compare(row.NormalizedName, last.Key) > 0) : all;
                var rows = await rest.OrderBy(row => row.NormalizedName).Take(page.Limit + 1).ToListAsync(token);
                var views = await ReadViewsAsync(db, rows, page.Limit, token);
                var more = rows.Count > views.Count;
                return new Page<ServerView>(
                    [.. views], more ? Paging.Cursor((rows[views.Count - 1].NormalizedName, rows[views.Count - 1].Id)) : null, total);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<ServerView>> UpdateServerAsync(
        Caller caller, string id, ServerInput input, CancellationToken cancellationToken)
    {
        if (caller.Needs(Permissions.ServersUpdate) is { } forbidden)
        {
            return forbidden;
        }

        return await WriteAsync<ServerView>(
            Server,
            input.Name,
            async (db, log, token) =>
            {
                var row = await db.Servers.VisibleTo(caller).FirstOrDefaultAsync(found => found.Id == id, token);
                if (row is null)
                {
                    return Refusal.NotFound(Server, id);
                }

                if ((caller.NeedsToManage(row, Server) ?? ServerRules.MayNotOpen(caller, input, row)) is { } forbiddenHere)
                {
                    return forbiddenHere;
                }

                var (refusal, detail) = await ChangeAsync(db, caller, row, input, isNew: false, token);
                if (refusal is not null)
                {
                    return refusal;
                }

                if (!detail.IsEmpty)
                {
                    // Also where only its members changed: the version covers them, so that two editors do not mix their choices.
                    row.UpdatedAt = Time.GetUtcNow();
                    db.Entry(row).Property(changed => changed.UpdatedAt).IsModified = true;
                    await db.SaveChangesAsync(token);
                    log.Audit(caller, "servers.update", Server, row.Id, row.Name, detail.ToString());
                    log.Changed(ChangeKind.VirtualServer, row.Id);
                }

                return await db.ToViewAsync(row, _naming.Separator, token);
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<ServerView>> DeleteServerAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.Needs(Permissions.ServersDelete) is { } forbidden)
        {
            return forbidden;
        }

        return await WriteAsync<ServerView>(
            Server,
            null,
            async (db, log, token) =>
            {
                var row = await db.Servers.VisibleTo(caller).FirstOrDefaultAsync(found => found.Id == id, token);
                if (row is null)
                {
                    return Refusal.NotFound(Server, id);
                }

                if (caller.NeedsToManage(row, Server) is { } refusal)
                {
                    return refusal;
                }

                var view = await db.ToViewAsync(row, _naming.Separator, token);
                db.Servers.Remove(row);
                log.Audit(caller, "servers.delete", Server, row.Id, row.Name, null);
                log.Changed(ChangeKind.VirtualServer, row.Id);
                return view;
            },
            cancellationToken);
    }

    private async Task<(Refusal? Refusal, AuditDetail Detail)> ChangeAsync(
        GatewayDbContext db, Caller caller, ServerEntity row, ServerInput input, bool isNew, CancellationToken cancellationToken)
    {
        var detail = new AuditDetail();
        var mistakes = ServerRules.Check(input, isNew);
        var (visibility, team) = await OwnershipRules.CheckAsync(
            db, caller, mistakes, input.Visibility, input.TeamId, isNew ? null : row, cancellationToken);
        var exposed = isNew || !ServerRules.ChangesContent(input) ? [] : await db.CompileAsync(row, _naming.Separator, cancellationToken);
        ServerChange.Apply(row, input, visibility, team, isNew, detail);
        await ServerContent.ApplyAsync(db, caller, row, input, exposed, mistakes, detail, cancellationToken);
        return (mistakes.Any ? mistakes.ToRefusal() : null, detail);
    }

    private async Task<List<ServerView>> ReadViewsAsync(
        GatewayDbContext db, List<ServerEntity> rows, int limit, CancellationToken cancellationToken)
    {
        var views = new List<ServerView>();
        var entries = 0;
        foreach (var row in rows.Take(limit))
        {
            var view = await db.ToViewAsync(row, _naming.Separator, cancellationToken);
            views.Add(view);
            entries += view.Tools.Length + view.Resources.Length + view.Prompts.Length;
            if (entries >= MaxEntriesInPage)
            {
                break;
            }
        }

        return views;
    }
}

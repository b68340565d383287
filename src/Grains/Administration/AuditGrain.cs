using System.Globalization;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;

namespace McpGateway.Grains.Administration;

[StatelessWorker]
internal sealed class AuditGrain : GatewayGrain, IAuditGrain
{
    private readonly GatewayDatabase _database;

    public AuditGrain(GatewayDatabase database) => _database = database;

    public async ValueTask<Outcome<Page<AuditView>>> ListAsync(
        Caller caller, AuditQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.AuditRead) is { } forbidden)
        {
            return forbidden;
        }

        if (!Paging.TryRead(page, out (long Key, string Id)? after, out var refusal))
        {
            return refusal;
        }

        return await _database.ReadAsync(
            async (db, token) =>
            {
                var all = Filter(db.Audit, query);
                var total = await all.CountAsync(token);
                var older = after is { } last ? all.Where(entry => entry.Id < last.Key) : all;
                var rows = await older.OrderByDescending(entry => entry.Id).Take(page.Limit + 1).ToListAsync(token);
                return Paging.ToPage(rows, page, total, row => (row.Id.ToString(CultureInfo.InvariantCulture), ""), ToView);
            },
            cancellationToken);
    }

    private static IQueryable<AuditEntity> Filter(IQueryable<AuditEntity> entries, AuditQuery query)
    {
        if (query.ActorId is { } actor)
        {
            entries = entries.Where(entry => entry.ActorId == actor);
        }

        if (query.Action is { } action)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        if (query.TargetId is { } target)
        {
            entries = entries.Where(entry => entry.TargetId == target);
        }

        if (query.Since is { } since)
        {
            entries = entries.Where(entry => entry.At >= since);
        }

        if (query.Until is { } until)
        {
            entries = entries.Where(entry => entry.At < until);
        }

        return entries;
    }

    private static AuditView ToView(AuditEntity row) => new(
        row.Id, row.At, row.ActorId, row.ActorName, row.TokenId, row.Address, row.RequestId,
        row.Action, row.TargetKind, row.TargetId, row.TargetName, row.Detail);
}

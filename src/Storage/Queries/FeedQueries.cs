using McpGateway.Abstractions.Changes;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Queries;

/// <summary>Reading the feed.</summary>
public static class FeedQueries
{
    /// <summary>
    /// The newest feed id, 0 before the first. Read it before what is to carry it as its version: rows read afterwards are then at least
    /// that new.
    /// </summary>
    public static async Task<long> LastChangeIdAsync(this GatewayDbContext context, CancellationToken cancellationToken) =>
        await context.Changes.MaxAsync(change => (long?)change.Id, cancellationToken) ?? 0;

    /// <summary>What came after this id, oldest first.</summary>
    public static IQueryable<Change> After(this IQueryable<ChangeEntity> changes, long id, int limit) =>
        changes.Where(change => change.Id > id)
            .OrderBy(change => change.Id)
            .Take(limit)
            .Select(change => new Change(change.Id, change.Kind, change.Key));
}

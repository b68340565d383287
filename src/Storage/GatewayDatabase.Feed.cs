using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage;

public sealed partial class GatewayDatabase
{
    /// <summary>Feed rows that are kept at most.</summary>
    public const int MaxFeedRows = 100_000;

    /// <summary>How long a feed row is kept.</summary>
    public static readonly TimeSpan FeedRetention = TimeSpan.FromHours(1);

    /// <summary>Deletes feed rows that are too old or too many; the newest one always stays. Answers how many went.</summary>
    public Task<int> PruneFeedAsync(CancellationToken cancellationToken) => PruneFeedAsync(MaxFeedRows, FeedRetention, cancellationToken);

    internal Task<int> PruneFeedAsync(int rows, TimeSpan retention, CancellationToken cancellationToken) =>
        WriteAsync(
            async (context, _, token) =>
            {
                var last = await context.Changes.MaxAsync(change => (long?)change.Id, token) ?? 0;
                var tooMany = last - rows;
                var tooOld = _time.GetUtcNow() - retention;
                return await context.Changes
                    .Where(change => change.Id < last && (change.Id <= tooMany || change.At < tooOld))
                    .ExecuteDeleteAsync(token);
            },
            cancellationToken);
}

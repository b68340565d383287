using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace McpGateway.Grains.Administration;

[StatelessWorker]
internal sealed partial class CatalogGrain : GatewayGrain, ICatalogGrain
{
    // Another writer may take the slug or the name of the same thing between our look and our write; then the look is out of date.
    private const int MaxTries = 10;

    private readonly GatewayDatabase _database;
    private readonly UpstreamSecrets _secrets;
    private readonly NamingOptions _naming;
    private readonly UpstreamProber _prober;
    private readonly ILogger _logger;

    public CatalogGrain(
        GatewayDatabase database, UpstreamSecrets secrets, IOptions<NamingOptions> naming, UpstreamProber prober, ILogger<CatalogGrain> logger)
    {
        _database = database;
        _secrets = secrets;
        _naming = naming.Value;
        _prober = prober;
        _logger = logger;
    }

    public async ValueTask<Outcome<CatalogCounts>> CountAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.None) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.ReadAsync(
            async (db, token) =>
            {
                var upstreams = await db.Upstreams.VisibleTo(caller.Rights)
                    .GroupBy(row => row.State)
                    .Select(group => new { State = group.Key, Count = group.Count() })
                    .ToListAsync(token);
                var items = await db.Items.Where(item => item.Available)
                    .Join(db.Upstreams.VisibleTo(caller.Rights), item => item.UpstreamId, row => row.Id, (item, _) => item.Kind)
                    .GroupBy(kind => kind)
                    .Select(group => new { Kind = group.Key, Count = group.Count() })
                    .ToListAsync(token);
                int Items(params ItemKind[] kinds) => items.Where(entry => kinds.Contains(entry.Kind)).Sum(entry => entry.Count);
                int Upstreams(params UpstreamState[] states) => upstreams.Where(entry => states.Contains(entry.State)).Sum(entry => entry.Count);
                return new CatalogCounts(
                    upstreams.Sum(entry => entry.Count),
                    Upstreams(UpstreamState.Online),
                    Upstreams(UpstreamState.Offline, UpstreamState.NeedsAuthorization),
                    Items(ItemKind.Tool),
                    Items(ItemKind.Prompt),
                    Items(ItemKind.Resource, ItemKind.ResourceTemplate),
                    await db.Servers.VisibleTo(caller).CountAsync(token),
                    await db.Tokens.CountAsync(
                        row => row.RevokedAt == null && (caller.Rights.IsAdministrator || row.OwnerId == caller.Rights.PrincipalId), token));
            },
            cancellationToken);
    }

    /// <summary>Writes, and answers a taken name as a conflict.</summary>
    private async ValueTask<Outcome<T>> WriteAsync<T>(
        string what, string? name, Func<GatewayDbContext, ChangeLog, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _database.TryWriteAsync(work, cancellationToken);
            }
            catch (UniqueConflictException conflict) when (conflict.Constraint.EndsWith("_NormalizedName", StringComparison.Ordinal))
            {
                return Refusal.Conflict("name", $"There is already a {what} with the name '{name?.Trim()}'.");
            }
            catch (UniqueConflictException) when (attempt < MaxTries)
            {
                LogRetry(what, attempt);
            }
            catch (UniqueConflictException)
            {
                return Refusal.Unavailable($"Too many changes of {what}s at once. Try again in a moment.");
            }
        }
    }

    /// <summary>The rows are the truth and are written; a grain that cannot be told now reads them when it wakes.</summary>
    private async ValueTask ReconfigureAsync(string upstreamId)
    {
        try
        {
            await Grains.Get<IUpstreamGrain>(upstreamId).ReconfigureAsync();
        }
        catch (Exception exception)
        {
            LogNotTold(upstreamId, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Another change of a {What} came in between (attempt {Attempt}).")]
    private partial void LogRetry(string what, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The grain of MCP server {UpstreamId} could not be told that its settings changed.")]
    private partial void LogNotTold(string upstreamId, Exception exception);
}

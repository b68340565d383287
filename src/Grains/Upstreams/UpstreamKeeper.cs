using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Upstreams;

/// <summary>Keeps the grains of all enabled upstreams awake, so that refreshes and health checks go on though nobody calls.</summary>
internal sealed partial class UpstreamKeeper(GatewayDatabase database, IGrains grains, TimeProvider time, ILogger<UpstreamKeeper> logger)
    : BackgroundService
{
    private const int AtOnce = 16;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await WakeAllAsync(stoppingToken);
                await Task.Delay(s_period, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception exception)
        {
            LogDied(exception);
            throw;
        }
    }

    private async Task WakeAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var ids = await database.ReadAsync(
                (db, token) => db.Upstreams.Where(upstream => upstream.Enabled).Select(upstream => upstream.Id).ToListAsync(token), cancellationToken);
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(ids, options, async (id, _) => await WakeAsync(id));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogRoundFailed(exception);
        }
    }

    private async Task WakeAsync(string id)
    {
        try
        {
            await grains.Get<IUpstreamGrain>(id).WakeAsync();
        }
        catch (Exception exception)
        {
            LogNotWoken(id, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "MCP servers are not watched any more")]
    private partial void LogDied(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MCP servers could not be woken; tried again in half a minute")]
    private partial void LogRoundFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The grain of MCP server {Id} could not be woken; tried again in half a minute")]
    private partial void LogNotWoken(string id, Exception exception);
}

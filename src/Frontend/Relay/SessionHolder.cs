using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Routing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Relay;

/// <summary>
/// The one loop that tells connections' grains which upstream sessions this node still calls with, and lets go of those that no call has
/// used for as long as a client's session may be idle. A session that no node holds is ended by its grain.
/// </summary>
internal sealed partial class SessionHolder(
    UpstreamTable upstreams, IGrains grains, IOptions<McpOptions> options, TimeProvider time, ILogger<SessionHolder> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(IConnectionGrain.HoldSeconds);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await HoldAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops: what it held is ended when nobody else speaks of it.
        }
        catch (Exception exception)
        {
            LogDied(logger, exception);
            throw;
        }
    }

    /// <summary>One round over all sessions.</summary>
    internal Task HoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = new List<HeldSession>();
        foreach (var link in upstreams.Links)
        {
            foreach (var (owner, session) in link.Sessions)
            {
                session.Look(now);
                if (now - session.UsedAt > options.Value.SessionIdle)
                {
                    link.Forget(owner, session);
                }
                else
                {
                    held.Add(session);
                }
            }
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(held, parallel, async (session, token) => await TellAsync(session, token));
    }

    private async Task TellAsync(HeldSession session, CancellationToken cancellationToken)
    {
        try
        {
            await grains.Get<IConnectionGrain>(session.Connection).HoldAsync(session.Id).AsTask().WaitAsync(s_patience, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Told again in the next round; a grain waits for more than one.
            LogFailed(logger, session.Connection, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} could not be told that its session is still held: {Reason}")]
    private static partial void LogFailed(ILogger logger, string connection, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Upstream sessions are not held any more; this node stops")]
    private static partial void LogDied(ILogger logger, Exception exception);
}

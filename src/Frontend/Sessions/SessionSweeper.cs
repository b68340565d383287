using McpGateway.Frontend.Mcp;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// Ends idle sessions, and at shutdown closes every stream with a proper end so that clients go elsewhere, where they find the answers
/// that they have missed here.
/// </summary>
internal sealed partial class SessionSweeper(
    SessionTable sessions,
    KeptAnswers kept,
    Departure departure,
    IOptions<McpOptions> options,
    TimeProvider time,
    ILogger<SessionSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    // For the last answers, once all calls have ended.
    private static readonly TimeSpan s_handOver = TimeSpan.FromSeconds(5);

    private Task _draining = Task.CompletedTask;

    /// <summary>The server has stopped: no call runs any more.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await _draining.WaitAsync(s_handOver, time, CancellationToken.None);
            await kept.WhenHandedOverAsync().WaitAsync(s_handOver, time, CancellationToken.None);
        }
        catch (TimeoutException exception)
        {
            LogLost(logger, exception);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var drain = departure.Gone.Register(() => _draining = DrainAsync(stoppingToken));
        using var timer = new PeriodicTimer(s_period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        await sessions.DrainAsync();
        try
        {
            await Task.Delay(options.Value.DrainTime, time, stoppingToken);
            sessions.StopCalls();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // All calls have ended in time.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sessions.SweepAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all lost answers could be handed over before this node ended")]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Idle sessions could not be ended; the next round tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

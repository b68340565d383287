namespace McpGateway.Frontend.Sessions;

/// <summary>Ends idle sessions, and at shutdown closes every stream with a proper end so that clients go elsewhere.</summary>
internal sealed partial class SessionSweeper(
    SessionTable sessions, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SessionSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var drain = lifetime.ApplicationStopping.Register(sessions.Drain);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Idle sessions could not be ended; the next round tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

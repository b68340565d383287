using System.Runtime;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Configuration;

/// <summary>
/// Gives back what the start and other work (a discovery, a busy hour) needed, once the process has been quiet for some seconds: the
/// runtime would keep it until there is load again, and a gateway on a laptop may see none for hours.
/// </summary>
internal sealed partial class IdleMemory(CallRecorder calls, OpenStreams streams, TimeProvider time, ILogger<IdleMemory> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        var watch = new IdleWatch();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (watch.IsDue(GC.GetTotalAllocatedBytes(), JitInfo.GetCompiledMethodCount(), calls.LastCallTicks, streams.Count))
                {
                    var started = time.GetTimestamp();
                    ProcessMemory.Trim();
                    LogTrimmed(logger, time.GetElapsedTime(started).TotalMilliseconds);
                    watch.Trimmed(GC.GetTotalAllocatedBytes(), JitInfo.GetCompiledMethodCount());
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Idle: memory was given back in {Milliseconds:F0} ms")]
    private static partial void LogTrimmed(ILogger logger, double milliseconds);
}

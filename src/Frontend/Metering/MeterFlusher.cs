using System.Globalization;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Metering;

/// <summary>
/// Sends this node's counts every two seconds, once each however often it has to try, and the live view's calls. A crash loses at most
/// what was counted since the last flush.
/// </summary>
internal sealed partial class MeterFlusher(
    CallMeter meter, CallRecorder recorder, IGrains grains, NodeName node, TimeProvider time, ILogger<MeterFlusher> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_livePeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_lastTry = TimeSpan.FromSeconds(5);

    private readonly IMetricsGrain _counts = grains.Get<IMetricsGrain>(Shard(node.Value).ToString(CultureInfo.InvariantCulture));
    private readonly ILiveCallsGrain _live = grains.Get<ILiveCallsGrain>(ILiveCallsGrain.Key);
    private MetricsBatch? _unsent;
    private long _sequence;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_livePeriod, time);
        var flushedAt = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var due = time.GetElapsedTime(flushedAt) >= s_period;
                if (due)
                {
                    flushedAt = time.GetTimestamp();
                    await TryAsync(FlushAsync, stoppingToken);
                }

                if (due || recorder.IsWatched)
                {
                    await TryAsync(ReportAsync, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end is in StopAsync.
        }
        catch (Exception exception)
        {
            LogDied(logger, exception);
            throw;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_lastTry);
        await TryAsync(FlushAllAsync, patience.Token);
    }

    private async Task FlushAllAsync(CancellationToken cancellationToken)
    {
        while (await FlushAsync(cancellationToken))
        {
            // One batch is not always all that there is.
        }
    }

    /// <summary>False when there was nothing to send.</summary>
    private async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        // A batch that could not be sent is sent again as it was; what came since waits in the counters, which need no more room for it.
        _unsent ??= meter.TakeDeltas() is { Length: > 0 } deltas ? new MetricsBatch(node.Value, ++_sequence, time.GetUtcNow(), deltas) : null;
        if (_unsent is not { } batch)
        {
            return false;
        }

        await _counts.RecordAsync(batch, cancellationToken);
        _unsent = null;
        return true;
    }

    private async Task ReportAsync(CancellationToken cancellationToken) =>
        recorder.IsWatched = await _live.ReportAsync([.. recorder.TakeReports()], cancellationToken);

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else's time-out; the next tick tries again.
        }
    }

    private static int Shard(string name)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        return hash[0] % IMetricsGrain.Shards;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Counts could not be sent; they are kept and sent again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The flusher of counts died; nothing is counted until the process is started again")]
    private static partial void LogDied(ILogger logger, Exception exception);
}

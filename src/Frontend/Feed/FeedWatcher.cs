using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Feed;

/// <summary>
/// The one owner of this node's subscription to the change feed: tells every cache of every change, and subscribes anew, from where it
/// was, whenever the stream ends, breaks or falls silent.
/// </summary>
internal sealed partial class FeedWatcher(
    IGrains grains, IEnumerable<IFeedCache> caches, FeedStatus status, TimeProvider time, ILogger<FeedWatcher> logger) : BackgroundService
{
    // The grain speaks each second; a stream that says nothing for this long is dead although nobody said so.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly IFeedCache[] _caches = [.. caches];
    private bool _lost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception exception)
        {
            LogDied(logger, exception);
            throw;
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var feed = grains.Get<IChangesGrain>(IChangesGrain.Key);
        var pause = new GrowingPause(s_firstPause, s_longestPause, time);
        while (true)
        {
            if (await FollowAsync(feed, stoppingToken))
            {
                pause.Reset();
            }

            stoppingToken.ThrowIfCancellationRequested();
            await pause.WaitAsync(stoppingToken);
        }
    }

    /// <summary>Reads one stream until it ends. True when it said anything at all.</summary>
    private async Task<bool> FollowAsync(IChangesGrain feed, CancellationToken stoppingToken)
    {
        using var silence = new CancellationTokenSource(s_silence, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, silence.Token);
        var heard = false;
        try
        {
            await using var batches = feed.WatchAsync(status.LastId, linked.Token).GetAsyncEnumerator(linked.Token);
            while (await batches.MoveNextAsync())
            {
                Deliver(batches.Current);
                heard = true;
                silence.CancelAfter(s_silence);
            }
        }
        catch (Exception exception) when (exception is not CacheFailedException && !stoppingToken.IsCancellationRequested)
        {
            // Whatever broke the stream, the answer is the same: subscribe again from the last id.
            if (!_lost)
            {
                LogLost(logger, status.LastId, exception);
            }

            _lost = true;
        }

        return heard;
    }

    private void Deliver(ChangeBatch batch)
    {
        try
        {
            // What was loaded before the first word of the feed may have changed unseen.
            if (batch.Reset || status.HeardAt is null)
            {
                foreach (var cache in _caches)
                {
                    cache.Reset();
                }
            }

            foreach (var change in batch.Changes.IsDefault ? [] : batch.Changes)
            {
                foreach (var cache in _caches)
                {
                    cache.Apply(change);
                }
            }
        }
        catch (Exception exception)
        {
            throw new CacheFailedException(exception);
        }

        status.Heard(batch.LastId);
        if (_lost)
        {
            _lost = false;
            LogBack(logger, batch.LastId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The change feed was lost after {LastId}; cached access is asked for again until it is back.")]
    private static partial void LogLost(ILogger logger, long lastId, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The change feed is back at {LastId}.")]
    private static partial void LogBack(ILogger logger, long lastId);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The watcher of the change feed died; this node stops.")]
    private static partial void LogDied(ILogger logger, Exception exception);

    /// <summary>A cache threw: a bug, after which what it holds cannot be trusted.</summary>
    private sealed class CacheFailedException(Exception inner) : Exception("A cache could not apply a change.", inner);
}

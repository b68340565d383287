using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// Keeps one watch of a connection open, through whatever breaks it, and passes on what comes. After a break everything counts as
/// updated. What it calls must only take note, so that the watch is always drained at once.
/// </summary>
internal sealed partial class ConnectionListener : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<ImmutableArray<WatchStanding>> _standings = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _leaving = new();
    private readonly IConnectionGrain _connection;
    private readonly Caller _caller;
    private readonly WatchEars _ears;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;

    public ConnectionListener(IGrains grains, Caller caller, ConnectionWish wish, WatchEars ears, TimeProvider time, ILogger logger)
    {
        (_caller, Wish, _ears, _time, _logger) = (caller, wish, ears, time, logger);
        _connection = grains.Get<IConnectionGrain>(wish.Key);
        _running = RunAsync();
    }

    public ConnectionWish Wish { get; }

    /// <summary>How each of the upstream's resources stands, once that is known.</summary>
    public Task<ImmutableArray<WatchStanding>> Standings => _standings.Task;

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _running;
        _standings.TrySetCanceled();
        _leaving.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = new GrowingPause(s_firstPause, s_longestPause, _time);
        while (!_leaving.IsCancellationRequested)
        {
            try
            {
                await foreach (var news in _connection.WatchAsync(_caller, Wish.Request, _leaving.Token))
                {
                    Take(news);
                    pause.Reset();
                }
            }
            catch (Exception exception) when (!_leaving.IsCancellationRequested)
            {
                LogBroken(_logger, Wish.Key, exception);
            }
            catch (Exception)
            {
                // However the stream ends when it is left.
                return;
            }

            await Task.WhenAny(pause.WaitAsync(_leaving.Token));
        }
    }

    private void Take(WatchNews news)
    {
        switch (news.Kind)
        {
            case WatchNewsKind.Standing when !_standings.TrySetResult(news.Standings):
                foreach (var standing in news.Standings.Where(standing => !standing.IsRefused))
                {
                    Tell(new ResourceUpdate(standing.Uri, standing.Uri));
                }

                break;
            case WatchNewsKind.Updated:
                foreach (var update in news.Updates)
                {
                    Tell(update);
                }

                break;
            case WatchNewsKind.Notice:
                _ears.OnNotice(Wish.Key, news.Message);
                break;
            case WatchNewsKind.Question:
                _ears.OnQuestion(Wish.Key, news.Message);
                break;
            default:
                break;
        }
    }

    private void Tell(ResourceUpdate update)
    {
        if (Wish.Resources.TryGetValue(update.Watched, out var exposed))
        {
            _ears.OnUpdated(exposed, exposed + update.Uri[update.Watched.Length..]);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The watch of connection {Connection} broke; it is begun again")]
    private static partial void LogBroken(ILogger logger, string connection, Exception exception);
}

/// <summary>Takes note of what connections bring, from any thread.</summary>
/// <param name="OnUpdated">The resource that the client asked for, and the one that was updated: the same or one below it.</param>
/// <param name="OnNotice">The connection that a log message or the status of a task came over, and the whole notification.</param>
/// <param name="OnQuestion">The connection that asks, and its whole request.</param>
internal sealed record WatchEars(
    Action<string, string> OnUpdated, Action<string, ReadOnlyMemory<byte>> OnNotice, Action<string, ReadOnlyMemory<byte>> OnQuestion);

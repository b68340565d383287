using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace McpGateway.Dashboard.Cluster;

/// <summary>One item of a watched stream; <paramref name="First"/> marks the first one after the stream was (re)opened: a full picture.</summary>
internal readonly record struct Watched<T>(T Item, bool First);

/// <summary>
/// Follows a grain's stream for as long as somebody wants it. Streams die with their grain's activation, with a silo and with time-outs;
/// each is opened anew, at once at first and then with growing pauses, and nobody is told but the log.
/// </summary>
internal sealed partial class Subscription(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>Ends only when cancelled. <paramref name="onLost"/> hears of each lost stream.</summary>
    public async Task FollowAsync<T>(
        string name,
        Func<CancellationToken, IAsyncEnumerable<T>> open,
        Action<Watched<T>> onItem,
        Action onLost,
        CancellationToken cancellationToken)
    {
        var pause = new GrowingPause(s_firstPause, s_longestPause, time);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var first = true;
                await foreach (var item in open(cancellationToken).WithCancellation(cancellationToken))
                {
                    onItem(new Watched<T>(item, first));
                    first = false;
                    pause.Reset();
                }

                LogEnded(name);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogLost(exception, name);
            }

            onLost();
            try
            {
                await pause.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The stream {Name} ended; it is opened anew.")]
    private partial void LogEnded(string name);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The stream {Name} broke; it is opened anew.")]
    private partial void LogLost(Exception exception, string name);
}

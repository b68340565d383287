using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// Tasks that a modern client wants to be told of. The gateway looks at them in the client's name, as often as their servers wish: that
/// works with servers of either form, whether or not they would say anything by themselves.
/// </summary>
internal sealed partial class TaskWatches(TaskIds ids, TaskLooks looks, TimeProvider time, ILogger<TaskWatches> logger)
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_usualPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>Those of the tasks that are the caller's.</summary>
    public ImmutableArray<string> Honoured(McpExchange exchange, ImmutableArray<string> taskIds) =>
        taskIds.IsEmpty || !TaskRules.Declares(exchange) ? [] : [.. taskIds.Where(id => ids.Read(exchange, JsonSerializer.SerializeToUtf8Bytes(id)) is not null)];

    /// <summary>Watches the tasks until each has ended, or what is returned is disposed.</summary>
    /// <param name="tell">Gets each task's id and what <c>tasks/get</c> shows, at first and whenever that has changed.</param>
    public IAsyncDisposable Watch(McpExchange exchange, ImmutableArray<string> taskIds, Action<string, JsonElement> tell)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(exchange.Reply.ClientGone);
        var meta = exchange.Slice(exchange.Envelope.Meta).ToArray();
        return new Watching(stop, Task.WhenAll(taskIds.Select(id => FollowAsync(exchange, id, meta, tell, stop.Token))));
    }

    private async Task FollowAsync(McpExchange exchange, string taskId, byte[] meta, Action<string, JsonElement> tell, CancellationToken stop)
    {
        try
        {
            string? told = null;
            while (await looks.GetAsync(exchange, taskId, meta, stop) is { IsGone: false } look)
            {
                if (look.Task is not { } task)
                {
                    // Its server may come back.
                    await Task.Delay(s_longestPause, time, stop);
                    continue;
                }

                if (!string.Equals(task.GetRawText(), told, StringComparison.Ordinal))
                {
                    told = task.GetRawText();
                    tell(taskId, task);
                }

                if (TaskShape.IsTerminal(task))
                {
                    return;
                }

                await Task.Delay(PauseOf(task), time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, exchange.RequestId);
        }
    }

    private static TimeSpan PauseOf(JsonElement task)
    {
        var wished = TaskShape.PollInterval(task) ?? s_usualPause;
        return wished < s_shortestPause ? s_shortestPause : wished > s_longestPause ? s_longestPause : wished;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A task cannot be watched any more; request id {RequestId}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);

    private sealed class Watching(CancellationTokenSource stop, Task looking) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await looking;
            stop.Dispose();
        }
    }
}

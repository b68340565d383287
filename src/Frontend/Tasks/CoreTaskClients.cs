using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Clients of 2025-11-25 before a modern upstream: their tasks are the upstream's extension tasks.</summary>
internal sealed class CoreTaskClients(UpstreamQueries queries, TaskRequests requests, TaskInput input, TimeProvider time)
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_usualPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    public ValueTask ServeAsync(McpExchange exchange, UpstreamLink link, TaskRef task) => queries.RunAsync(exchange, link, running => exchange.Envelope.Method switch
    {
        McpMethod.TasksResult => WaitAsync(exchange, link, task, running),
        McpMethod.TasksCancel => CancelAsync(exchange, link, task, running),
        _ => ShowAsync(exchange, link, task, running),
    });

    /// <summary>Waits in the call of a client that knows no tasks for what becomes of the task that was made of it.</summary>
    /// <param name="rawParams">Name the task.</param>
    public async ValueTask<RelayOutcome> FinishCallAsync(UpstreamCall call, byte[] rawParams)
    {
        var task = new TaskRef(call.Link.Route.Id, TaskShape.Id(JsonElement.Parse(rawParams))!);
        try
        {
            return await WaitAsync(call.Exchange, call.Link, task, call.Running);
        }
        catch (OperationCanceledException) when (call.Running.Stop.IsCancellationRequested)
        {
            // Nobody else knows of the task.
            using var last = new RunningCall(s_farewell, time, CancellationToken.None);
            await requests.AskAsync(call.Exchange, call.Link, task, McpMethod.TasksCancel, last);
            throw;
        }
    }

    private async ValueTask<RelayOutcome> ShowAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        var reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running);
        if (!reply.HasResult)
        {
            return await TaskRequests.PassErrorAsync(exchange, reply);
        }

        await exchange.SucceedAsync(WriteTask, (exchange, reply.Result));
        return RelayOutcome.Answered(CallResult.Succeeded);
    }

    private async ValueTask<RelayOutcome> CancelAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        var before = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running);
        if (before.HasResult && TaskShape.IsTerminal(before.Result))
        {
            // Here the extension acknowledges and the core refuses.
            await exchange.FailAsync(McpErrorCode.InvalidParams, $"params.taskId: the task has ended already, as '{TaskShape.Status(before.Result)}'.");
            return RelayOutcome.Answered(CallResult.Failed);
        }

        var cancelled = before.HasResult ? await requests.AskAsync(exchange, link, task, McpMethod.TasksCancel, running) : before;
        return cancelled.HasResult ? await ShowAsync(exchange, link, task, running) : await TaskRequests.PassErrorAsync(exchange, cancelled);
    }

    /// <summary>Waits for the end of the task, asking the client what the task asks meanwhile.</summary>
    private async ValueTask<RelayOutcome> WaitAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        while (true)
        {
            var reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running, client: exchange.Reply);
            if (!reply.HasResult)
            {
                return await TaskRequests.PassErrorAsync(exchange, reply);
            }

            // A task takes as long as it takes; that it can be looked at says that it goes on.
            running.TryPass(0, isProgress: true);
            if (TaskShape.IsTerminal(reply.Result))
            {
                return await FinishAsync(exchange, link, reply.Result);
            }

            if (TaskShape.Status(reply.Result) == "input_required" && reply.Result.TryGetProperty("inputRequests"u8, out var questions))
            {
                if (await input.AskAsync(exchange, link, task, questions, running) is { } end)
                {
                    return end;
                }

                continue;
            }

            await exchange.Reply.KeepAliveAsync();
            await Task.Delay(PauseOf(reply.Result), time, running.Stop);
        }
    }

    private static TimeSpan PauseOf(JsonElement task)
    {
        var wished = TaskShape.PollInterval(task) ?? s_usualPause;
        return wished < s_shortestPause ? s_shortestPause : wished > s_longestPause ? s_longestPause : wished;
    }

    private static async ValueTask<RelayOutcome> FinishAsync(McpExchange exchange, UpstreamLink link, JsonElement task)
    {
        if (task.TryGetProperty("result"u8, out var result) && result.ValueKind == JsonValueKind.Object)
        {
            await exchange.SucceedAsync(WriteResult, (exchange, link, result));
            return RelayOutcome.Answered(IsError(result) ? CallResult.ToolError : CallResult.Succeeded);
        }

        if (task.TryGetProperty("error"u8, out var error) && error.ValueKind == JsonValueKind.Object)
        {
            using var output = new PooledBuffer();
            TaskJson.WriteError(output, exchange, error);
            await exchange.Reply.CompleteAsync(output.Written);
        }
        else
        {
            await exchange.FailAsync(McpErrorCode.InternalError, $"The task has no result: it ended as '{TaskShape.Status(task)}'.");
        }

        return RelayOutcome.Answered(CallResult.Failed);
    }

    /// <summary>A tool's own failure is a failed task here, and a completed one in the extension.</summary>
    private static void WriteTask(PooledBuffer output, (McpExchange Exchange, JsonElement Task) state)
    {
        var (exchange, task) = state;
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        TaskShape.WriteLegacy(writer, task, IdOf(exchange), task.TryGetProperty("result"u8, out var result) && IsError(result) ? "failed" : null);
        writer.WriteEndObject();
    }

    private static void WriteResult(PooledBuffer output, (McpExchange Exchange, UpstreamLink Link, JsonElement Result) state)
    {
        var (exchange, link, result) = state;
        var uris = exchange.Server.ExposedUrisOf(link.Route.Id);
        var readable = TaskJson.Parse(TaskJson.Convert(
            System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(result), ContentRules.For(exchange.Revision), uris is null ? null : uris.Find));
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        foreach (var member in readable.EnumerateObject().Where(static member => !member.NameEquals("_meta"u8)))
        {
            member.WriteTo(writer);
        }

        writer.WriteStartObject("_meta"u8);
        if (readable.TryGetProperty("_meta"u8, out var meta) && meta.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in meta.EnumerateObject().Where(static member => !member.NameEquals(RelatedTask.Key)))
            {
                member.WriteTo(writer);
            }
        }

        // A client that knows no tasks has no id for it.
        if (exchange.Envelope.TaskId.IsPresent)
        {
            writer.WriteStartObject(RelatedTask.Key);
            writer.WriteString("taskId"u8, IdOf(exchange));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string IdOf(McpExchange exchange) => JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.TaskId));

    private static bool IsError(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("isError"u8, out var isError) && isError.ValueKind == JsonValueKind.True;
}

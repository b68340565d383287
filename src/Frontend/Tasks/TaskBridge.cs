using System.Text.Json;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>What upstreams say of tasks, for the client's revision and with the ids that the client knows.</summary>
internal sealed class TaskBridge(TaskIds ids, TaskCollectors collectors, KeptTasks kept, TaskIndex index, NodeName self)
{
    private const string Unasked = "It made a task of a call that could not become one.";

    /// <summary>The result of a tool call that is a task.</summary>
    public Bridged Created(UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan, PooledBuffer output)
    {
        var raw = call.Link.IsModern ? scan.Result : scan.Task;
        if (!raw.IsObject(message))
        {
            return new Bridged(BridgedKind.Invalid, CallResult.Failed, "It made a task of another revision than its own.");
        }

        var task = TaskJson.Parse(raw.Slice(message));
        if (TaskShape.Id(task) is not { Length: > 0 and <= TaskIds.MaxLength } upstreamId)
        {
            return new Bridged(BridgedKind.Invalid, CallResult.Failed, "It made a task and gave it no id, or one that is too long.");
        }

        if (!TaskRules.Takes(call.Exchange))
        {
            return call.Tasks == TaskUse.Arranged ? Started(upstreamId, output) : new Bridged(BridgedKind.Invalid, CallResult.Failed, Unasked);
        }

        var made = RefOf(call, upstreamId);
        collectors.Add(call.Exchange, call.Link, made);
        var id = ids.WriteJson(call.Exchange, made);
        if (!call.Exchange.IsModern)
        {
            index.Note(call.Exchange, JsonStringBytes.GetString(id), task);
        }

        if (call.Exchange.IsModern == call.Link.IsModern)
        {
            Rename(call, message, scan, raw, id, output);
        }
        else
        {
            WriteOther(call.Exchange, task, JsonStringBytes.GetString(id), output);
        }

        return new Bridged(BridgedKind.Response);
    }

    /// <summary>True for the answer of a modern upstream that made no task of the call, though its legacy client asked for one.</summary>
    public static bool IsAnsweredAtOnce(UpstreamCall call, in ResultScan scan) =>
        scan is { Kind: MessageKind.Response, Type: ResultType.Complete }
        && call is { Tasks: TaskUse.Asked, Task: null, Link.IsModern: true, Exchange.IsModern: false };

    /// <summary>Such an answer as a task that has begun, and has ended.</summary>
    public Bridged AnsweredAtOnce(UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan, PooledBuffer output)
    {
        var task = kept.Keep(call.Exchange, call.Link.Route.Id, scan.Result.Slice(message), out var description);
        var id = ids.Write(call.Exchange, task);
        index.Note(call.Exchange, id, description);
        WriteOther(call.Exchange, description, id, output, scan.IsError ? "failed" : null);
        return new Bridged(BridgedKind.Response, scan.IsError ? CallResult.ToolError : CallResult.Succeeded);
    }

    /// <summary>Records the edits of the answer to a request that concerns a task.</summary>
    public static void EditAnswer(SpliceList edits, UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        var id = call.Exchange.Slice(call.Exchange.Envelope.TaskId);
        if (scan.TaskId.IsPresent)
        {
            edits.AddCopy(scan.TaskId, id);
        }

        if (!call.Exchange.IsModern && RelatedTask.Find(message) is { IsPresent: true } related)
        {
            edits.AddCopy(related, id);
        }

        if (call.Exchange.Envelope.Method == McpMethod.TasksGet)
        {
            EditInner(edits, call, message, scan);
        }
    }

    /// <summary>A legacy upstream's notification on the stream of a call that may have to do with tasks, with the client's ids.</summary>
    public void WriteNotification(UpstreamCall call, ReadOnlySpan<byte> message, in Envelope envelope, PooledBuffer output)
    {
        using var edits = SpliceList.Rent();
        EditIds(edits, message, envelope, call.Exchange.Binding, RefOf(call, ""));
        edits.ApplyTo(message, output);
    }

    /// <summary>A legacy upstream's notification on the session's own stream, with the client's ids.</summary>
    public ReadOnlyMemory<byte> ToClient(ClientSession session, CallerIdentity caller, string upstreamId, ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        using var edits = SpliceList.Rent();
        EditIds(edits, message.Span, envelope, CallerBinding.Bytes(session.ServerId, caller.Key), new TaskRef(upstreamId, ""));
        return edits.Count == 0 ? message : edits.ToArray(message.Span);
    }

    /// <summary>
    /// The params of an upstream's question, with the id by which the client knows the task it belongs to; without any where the client knows
    /// none, or its revision has no word for it.
    /// </summary>
    public ReadOnlyMemory<byte> ToClient(UpstreamCall call, ReadOnlyMemory<byte> rawParams)
    {
        if (call.Tasks == TaskUse.None || RelatedTask.Find(rawParams.Span) is not { IsPresent: true } related)
        {
            return rawParams;
        }

        if (call.Exchange.IsModern || call.Tasks == TaskUse.Arranged)
        {
            return TaskJson.WithoutTask(rawParams.Span);
        }

        using var edits = SpliceList.Rent();
        edits.AddCopy(related, IdOf(call, related.Slice(rawParams.Span)));
        return edits.ToArray(rawParams.Span);
    }

    /// <summary>Records the way back: the upstream's own id in a client's answer.</summary>
    public void EditAnswerOfClient(SpliceList edits, UpstreamCall call, ReadOnlySpan<byte> response)
    {
        if (call.Tasks != TaskUse.None
            && RelatedTask.Find(response) is { IsPresent: true } related
            && ids.Read(call.Exchange, related.Slice(response)) is { } task)
        {
            edits.Begin();
            JsonStringBytes.Write(edits, task.TaskId);
            edits.End(related);
        }
    }

    /// <summary>The response without what names the task that was made of the call; null when it names none.</summary>
    public static byte[]? WithoutTask(ReadOnlySpan<byte> message, in ResultScan scan)
    {
        if (!scan.Result.IsObject(message) || !RelatedTask.Find(message).IsPresent)
        {
            return null;
        }

        using var edits = SpliceList.Rent();
        edits.AddCopy(scan.Result, TaskJson.WithoutTask(scan.Result.Slice(message)));
        return edits.ToArray(message);
    }

    /// <param name="any">Some task of the same upstream and client.</param>
    private void EditIds(SpliceList edits, ReadOnlySpan<byte> message, in Envelope envelope, ReadOnlySpan<byte> binding, TaskRef any)
    {
        if (envelope.Method == McpMethod.NotificationTasksStatus && envelope.TaskId.IsString(message))
        {
            EditId(edits, message, envelope.TaskId, binding, any);
        }

        if (RelatedTask.Find(message) is { IsPresent: true } related && related != envelope.TaskId)
        {
            EditId(edits, message, related, binding, any);
        }
    }

    private void EditId(SpliceList edits, ReadOnlySpan<byte> message, ByteRange id, ReadOnlySpan<byte> binding, TaskRef any) =>
        edits.AddCopy(id, ids.WriteJson(binding, any with { TaskId = JsonStringBytes.GetString(id.Slice(message)) }));

    private TaskRef RefOf(UpstreamCall call, string upstreamTaskId) => call.Exchange.IsModern && !call.Link.IsModern
        ? new TaskRef(call.Link.Route.Id, upstreamTaskId, call.Declared, self.Value)
        : new TaskRef(call.Link.Route.Id, upstreamTaskId);

    private byte[] IdOf(UpstreamCall call, ReadOnlySpan<byte> upstreamToken) =>
        ids.WriteJson(call.Exchange, RefOf(call, JsonStringBytes.GetString(upstreamToken)));

    /// <summary>The client knows no tasks: what becomes of it is asked for in its place.</summary>
    private static Bridged Started(string upstreamId, PooledBuffer output)
    {
        output.Write(Answers.Object(writer => writer.WriteString("taskId"u8, upstreamId)));
        return new Bridged(BridgedKind.TaskStarted);
    }

    /// <summary>Both sides have the same form: the id is replaced, everything else stays as it is.</summary>
    private static void Rename(UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan, ByteRange task, ReadOnlySpan<byte> id, PooledBuffer output)
    {
        using var edits = SpliceList.Rent();
        edits.AddCopy(JsonMember.Find(task.Slice(message), "taskId"u8).Shift(task.Start), id);
        edits.EditResult(message, scan, new ResultEdit
        {
            Id = call.OwnId is null ? default : call.Exchange.Id,
            ServerInfo = call.Exchange.IsModern ? call.Exchange.Server.Identity.ServerInfo.Span : default,
        });
        edits.ApplyTo(message, output);
    }

    private static void WriteOther(McpExchange exchange, JsonElement task, string id, PooledBuffer output, string? status = null)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(exchange.Id);
        output.Write(",\"result\":"u8);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            if (exchange.IsModern)
            {
                writer.WriteString("resultType"u8, "task"u8);
                TaskShape.WriteModern(writer, task, id);
                TaskJson.WriteServerInfo(writer, exchange);
            }
            else
            {
                writer.WriteStartObject("task"u8);
                TaskShape.WriteLegacy(writer, task, id, status);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        output.Write("}"u8);
    }

    /// <summary>The result that a finished task has inlined is the result of a call, whose URIs may clash in the virtual server.</summary>
    private static void EditInner(SpliceList edits, UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        if (call.Exchange.Server.ExposedUrisOf(call.Link.Route.Id) is not { } uris)
        {
            return;
        }

        var inner = JsonMember.Find(scan.Result.Slice(message), "result"u8).Shift(scan.Result.Start);
        if (inner.IsObject(message))
        {
            edits.AddCopy(inner, TaskJson.Convert(inner.Slice(message), ContentRules.For(call.Exchange.Revision), uris.Find));
        }
    }
}

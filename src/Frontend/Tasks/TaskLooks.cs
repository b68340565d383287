using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>What a client would see of its tasks, looked up in its name.</summary>
internal sealed class TaskLooks(TaskEndpoint endpoint, RequestGuard guard)
{
    /// <summary>Asks <c>tasks/get</c> in the client's name.</summary>
    /// <param name="exchange">A request of the client.</param>
    /// <param name="rawMeta">The client's <c>_meta</c>; empty for none.</param>
    public async ValueTask<TaskLook> GetAsync(McpExchange exchange, string taskId, ReadOnlyMemory<byte> rawMeta, CancellationToken stop)
    {
        using var message = new PooledBuffer(1024);
        JsonRpcWriter.WriteRequest(message, exchange.Session is null ? "0"u8 : exchange.Id, McpMethods.Name(McpMethod.TasksGet), Answers.Object(writer =>
        {
            writer.WriteString("taskId"u8, taskId);
            if (!rawMeta.IsEmpty)
            {
                writer.WritePropertyName("_meta"u8);
                writer.WriteRawValue(rawMeta.Span, skipInputValidation: true);
            }
        }));
        var body = message.WrittenSpan.ToArray();
        EnvelopeScanner.Scan(body, out var envelope);
        var reply = new CapturedReply(client: null, stop);
        await guard.RunAsync(
            new McpExchange(exchange.Admission, body, envelope, exchange.Revision, exchange.Session, reply)
            {
                RequestId = exchange.RequestId,
                Clock = CallClock.Now(),
                IsUncounted = true,
            },
            endpoint.ServeAsync);
        stop.ThrowIfCancellationRequested();
        var response = reply.Response is { } raw ? TaskJson.Parse(raw) : default;
        if (response.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        var isGone = response.TryGetProperty("error"u8, out var error) && error.TryGetProperty("code"u8, out var code)
            && code.TryGetInt32(out var number) && number == McpErrorCode.InvalidParams;
        return new TaskLook(response.TryGetProperty("result"u8, out var task) ? task : null, isGone);
    }
}

/// <summary>What a client would see of a task.</summary>
/// <param name="Task">The result of <c>tasks/get</c>; null where the client would get an error.</param>
/// <param name="IsGone">There is no such task any more; any other error says nothing about it.</param>
internal readonly record struct TaskLook(JsonElement? Task, bool IsGone);

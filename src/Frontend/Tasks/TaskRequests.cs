using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Requests about tasks that the gateway makes in a client's name, to put the client's answer together from them.</summary>
internal sealed class TaskRequests(UpstreamQueries queries, KeptTasks kept)
{
    /// <summary>Asks the upstream about a task.</summary>
    /// <param name="inputResponses">Answers to the task's questions, for <c>tasks/update</c>: a JSON object.</param>
    /// <param name="client">Gets what comes before the answer.</param>
    public ValueTask<QueryReply> AskAsync(
        McpExchange exchange, UpstreamLink link, TaskRef task, McpMethod method, RunningCall running, ReadOnlyMemory<byte> inputResponses = default, IReply? client = null) =>
        task.IsKept ? kept.AskAsync(exchange, task) : queries.AskAsync(exchange, link, Write(exchange, task, method, inputResponses), running, task, client);

    /// <summary>Answers the client with the error that the upstream gave.</summary>
    public static async ValueTask<RelayOutcome> PassErrorAsync(McpExchange exchange, QueryReply reply)
    {
        if (reply.Outcome.Fault != UpstreamFault.None || !reply.HasError)
        {
            return reply.Outcome.Fault != UpstreamFault.None ? reply.Outcome : RelayOutcome.Failed(UpstreamFault.Invalid, "It answered what is no answer about a task.");
        }

        using var output = new PooledBuffer();
        TaskJson.WriteError(output, exchange, reply.Error);
        await exchange.Reply.CompleteAsync(output.Written);
        return RelayOutcome.Answered(CallResult.Failed);
    }

    // As the client would write it; what the upstream's generation needs is added on the way.
    private static byte[] Write(McpExchange exchange, TaskRef task, McpMethod method, ReadOnlyMemory<byte> inputResponses)
    {
        using var message = new PooledBuffer(512);
        JsonRpcWriter.WriteRequest(message, exchange.Id, McpMethods.Name(method), Answers.Object(writer =>
        {
            writer.WriteString("taskId"u8, task.TaskId);
            if (!inputResponses.IsEmpty)
            {
                writer.WritePropertyName("inputResponses"u8);
                writer.WriteRawValue(inputResponses.Span, skipInputValidation: true);
            }
        }));
        return message.WrittenSpan.ToArray();
    }
}

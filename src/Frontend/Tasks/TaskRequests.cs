using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Requests about tasks that the gateway makes in a client's name, to put the client's answer together from them.</summary>
internal sealed class TaskRequests(HttpRelay http, ConnectionRelay connections, CallRecorder recorder, TimeProvider time)
{
    /// <summary>Runs the work that a client's request takes: it can be cancelled, and it ends in time.</summary>
    /// <param name="work">Answers the client, or says what went wrong.</param>
    public async ValueTask RunAsync(McpExchange exchange, UpstreamLink link, Func<RunningCall, ValueTask<RelayOutcome>> work)
    {
        using var running = new RunningCall(TimeSpan.FromSeconds(link.Route.TimeoutSeconds), time, exchange.Reply.ClientGone);
        var requestId = exchange.Session is null ? null : RequestKey.Of(exchange.Id);
        if (requestId is not null && !exchange.Session!.TryBegin(requestId, running))
        {
            await exchange.FailAsync(McpErrorCode.InvalidRequest, $"id: a request with the id {requestId} is still running in this session.");
            return;
        }

        try
        {
            var outcome = await work(running);
            if (outcome.Fault != UpstreamFault.None)
            {
                await CallRelay.FailAsync(exchange, link, outcome);
            }

            recorder.Record(exchange, route: null, link, outcome with { Waited = running.Waited });
        }
        catch (OperationCanceledException) when (running.Stop.IsCancellationRequested)
        {
            recorder.Record(exchange, route: null, link, await CallRelay.StoppedAsync(exchange, link, running));
        }
        finally
        {
            if (requestId is not null)
            {
                exchange.Session!.End(requestId);
            }
        }
    }

    /// <summary>Asks the upstream about a task.</summary>
    /// <param name="inputResponses">Answers to the task's questions, for <c>tasks/update</c>: a JSON object.</param>
    /// <param name="client">Gets what comes before the answer.</param>
    public async ValueTask<TaskReply> AskAsync(
        McpExchange exchange, UpstreamLink link, TaskRef task, McpMethod method, RunningCall running, ReadOnlyMemory<byte> inputResponses = default, IReply? client = null)
    {
        var body = Write(exchange, task, method, inputResponses);
        EnvelopeScanner.Scan(body, out var envelope);
        var reply = new CapturedReply(client, running.Stop);
        var request = new McpExchange(exchange.Admission, body, envelope, exchange.Revision, exchange.Session, reply)
        {
            RequestId = exchange.RequestId,
            StartedAt = exchange.StartedAt,
        };
        using var once = new RunningCall(TimeSpan.FromSeconds(link.Route.TimeoutSeconds), time, running.Stop);
        var call = new UpstreamCall(request, route: null, link, once, task);
        try
        {
            var outcome = await (link.IsDirect ? http.CallAsync(call) : connections.CallAsync(call));
            return new TaskReply(outcome, reply.Response is null ? default : JsonElement.Parse(reply.Response));
        }
        catch (OperationCanceledException) when (once.Stop.IsCancellationRequested && !running.Stop.IsCancellationRequested)
        {
            return new TaskReply(RelayOutcome.Failed(UpstreamFault.TimedOut, $"It gave no answer within {link.Route.TimeoutSeconds} s."), default);
        }
        finally
        {
            call.Close();
        }
    }

    /// <summary>Answers the client with the error that the upstream gave.</summary>
    public static async ValueTask<RelayOutcome> PassErrorAsync(McpExchange exchange, TaskReply reply)
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

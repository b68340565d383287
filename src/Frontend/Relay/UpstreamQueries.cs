using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Relay;

/// <summary>Requests that the gateway makes in a client's name, to put the client's answer together from theirs.</summary>
internal sealed class UpstreamQueries(UpstreamSender upstream, CallRecorder recorder, TimeProvider time)
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

    /// <summary>Asks an upstream something.</summary>
    /// <param name="body">The request as this client would write it: what the upstream's generation needs is added on the way.</param>
    /// <param name="task">The task that the request concerns, if it concerns one.</param>
    /// <param name="client">Gets what comes before the answer; null for nobody.</param>
    public async ValueTask<QueryReply> AskAsync(
        McpExchange exchange, UpstreamLink link, ReadOnlyMemory<byte> body, RunningCall running, TaskRef? task = null, IReply? client = null)
    {
        EnvelopeScanner.Scan(body.Span, out var envelope);
        var reply = new CapturedReply(client, running.Stop);
        var request = new McpExchange(exchange.Admission, body, envelope, exchange.Revision, exchange.Session, reply)
        {
            RequestId = exchange.RequestId,
            Clock = exchange.Clock,
        };
        using var once = new RunningCall(TimeSpan.FromSeconds(link.Route.TimeoutSeconds), time, running.Stop);
        var call = new UpstreamCall(request, route: null, link, once, task);
        try
        {
            var outcome = await upstream.SendAsync(call);
            return new QueryReply(outcome, reply.Response);
        }
        catch (OperationCanceledException) when (once.Stop.IsCancellationRequested && !running.Stop.IsCancellationRequested)
        {
            return new QueryReply(RelayOutcome.Failed(UpstreamFault.TimedOut, $"It gave no answer within {link.Route.TimeoutSeconds} s."), default);
        }
        finally
        {
            call.Close();
        }
    }
}

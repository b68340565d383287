using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Routing;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Questions;

/// <summary>Requests of modern clients with a <c>requestState</c>: the next round of something that asked.</summary>
internal sealed class Retries(RequestStates states, HeldCalls held, Carrier carrier, NodePost post)
{
    /// <summary>
    /// Opens the state of a request. A modern upstream's own state is given back; one of ours, or a wrong one, serves the request here.
    /// </summary>
    public async ValueTask<(bool IsServed, RequestState? OfUpstream)> OpenAsync(McpExchange exchange, UpstreamLink link)
    {
        var fault = states.Read(exchange, out var state);
        if (fault == RequestStateFault.Expired)
        {
            await GoneAsync(exchange);
        }
        else if (fault == RequestStateFault.Foreign || (state.Kind == RequestStateKind.Upstream && state.Owner != link.Route.Id))
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, "params.requestState: this is not the state that belongs to this request; repeat it byte by byte.");
        }
        else if (state.Kind == RequestStateKind.Upstream)
        {
            return (false, state);
        }
        else
        {
            await ResumeAsync(exchange, state);
        }

        return (true, null);
    }

    private async ValueTask ResumeAsync(McpExchange exchange, RequestState state)
    {
        var (number, round) = HeldCall.Read(state.Content.Span);
        var resumed = post.IsSelf(state.Owner)
            ? await held.TryResumeAsync(number, round, exchange)
            : await carrier.CarryAsync(state.Owner, HeldCalls.MailFor(number, round, exchange), exchange.Reply);
        if (!resumed)
        {
            await GoneAsync(exchange);
        }
    }

    /// <summary>The call is not run again by itself: what it did before the question is not known.</summary>
    private static ValueTask GoneAsync(McpExchange exchange) => exchange.FailInWordsAsync(
        "This question is no longer open: it was answered before, or its time is over. The call was not run again; call again if that is safe.");
}

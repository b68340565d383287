using System.Diagnostics;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Telemetry;

namespace McpGateway.Frontend.Relay;

/// <summary>Sends a call to its upstream, over whatever leads there, when it is its turn, and tells of it those who listen.</summary>
internal sealed class UpstreamSender(HttpRelay http, ConnectionRelay connections)
{
    /// <summary>
    /// Sends the call, at once where there is room. Its place at the upstream is given back when the answer has been read, at the latest with
    /// <see cref="Sessions.RunningCall.Vacate"/>.
    /// </summary>
    public ValueTask<RelayOutcome> SendAsync(UpstreamCall call)
    {
        var gate = call.Link.Gate;
        if (call.IsStanding)
        {
            return call.Running.TryStand(gate) ? SendNowAsync(call) : new ValueTask<RelayOutcome>(gate.RefuseStanding());
        }

        return call.Running.TryOccupy(gate) ? SendNowAsync(call) : SendInTurnAsync(call);
    }

    private async ValueTask<RelayOutcome> SendInTurnAsync(UpstreamCall call)
    {
        var since = Stopwatch.GetTimestamp();
        var entry = await call.Link.Gate.EnterAsync(call.Running, call.Exchange.Admission.Share);
        call.Timer.Queued(since);
        return entry.Fault == UpstreamFault.None ? await SendNowAsync(call) : entry;
    }

    private ValueTask<RelayOutcome> SendNowAsync(UpstreamCall call) => UpstreamTrace.IsWanted ? SendTracedAsync(call) : SendUntracedAsync(call);

    private ValueTask<RelayOutcome> SendUntracedAsync(UpstreamCall call) => call.Link.IsDirect ? http.CallAsync(call) : connections.CallAsync(call);

    private async ValueTask<RelayOutcome> SendTracedAsync(UpstreamCall call)
    {
        using var trace = UpstreamTrace.Begin(call);
        var outcome = await SendUntracedAsync(call);
        trace.Ended(outcome);
        return outcome;
    }
}

using McpGateway.Frontend.Telemetry;

namespace McpGateway.Frontend.Relay;

/// <summary>Sends a call to its upstream, over whatever leads there, and tells of it those who listen.</summary>
internal sealed class UpstreamSender(HttpRelay http, ConnectionRelay connections)
{
    public ValueTask<RelayOutcome> SendAsync(UpstreamCall call) => UpstreamTrace.IsWanted ? SendTracedAsync(call) : SendUntracedAsync(call);

    private ValueTask<RelayOutcome> SendUntracedAsync(UpstreamCall call) => call.Link.IsDirect ? http.CallAsync(call) : connections.CallAsync(call);

    private async ValueTask<RelayOutcome> SendTracedAsync(UpstreamCall call)
    {
        using var trace = UpstreamTrace.Begin(call);
        var outcome = await SendUntracedAsync(call);
        trace.Ended(outcome);
        return outcome;
    }
}

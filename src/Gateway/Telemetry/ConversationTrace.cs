using System.Diagnostics;
using System.Globalization;
using McpGateway.Gateway.Upstreams.Discovery;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// A request of the gateway's own to an upstream (discovery, the opening of a session) as traces show it: a client's span, within the call
/// that needed it where there is one. There is none while nobody listens.
/// </summary>
internal static class ConversationTrace
{
    /// <summary>Begins it, as the ambient span of the caller's flow; null while nobody listens.</summary>
    public static Activity? Begin(string method, string? version, Uri? address)
    {
        var span = GatewayTelemetry.Source.StartActivity(method, ActivityKind.Client);
        if (span is not { IsAllDataRequested: true })
        {
            return span;
        }

        span.SetTag("mcp.method.name", method);
        span.SetTag("mcp.protocol.version", version);
        if (address is not null)
        {
            span.SetTag("network.transport", "tcp");
            span.SetTag("network.protocol.name", "http");
            span.SetTag("server.address", address.Host);
            span.SetTag("server.port", address.Port);
        }

        return span;
    }

    /// <summary>Says how it ended; it ends when it is disposed.</summary>
    public static void Note(Activity? span, UpstreamReply reply)
    {
        if (span is null || reply.Succeeded)
        {
            return;
        }

        span.SetStatus(ActivityStatusCode.Error);
        if (reply.Error is { Code: var code })
        {
            span.SetTag("error.type", code.ToString(CultureInfo.InvariantCulture));
            span.SetTag("rpc.response.status_code", code.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            span.SetTag("error.type", reply.Failure!.Fault.ToSpanText());
        }
    }
}

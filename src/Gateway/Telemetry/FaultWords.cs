using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Telemetry;

/// <summary>What went wrong with an upstream, as traces and metrics say it.</summary>
public static class FaultWords
{
    /// <summary>The value of <c>error.type</c>.</summary>
    public static string ToSpanText(this UpstreamFault fault) => fault switch
    {
        UpstreamFault.Unreachable => "unreachable",
        UpstreamFault.Broken => "connection_broken",
        UpstreamFault.TimedOut => "timeout",
        UpstreamFault.Unauthorized => "unauthorized",
        UpstreamFault.Invalid => "invalid_response",
        UpstreamFault.HttpError => "http_error",
        UpstreamFault.SessionLost => "session_lost",
        UpstreamFault.Disabled => "disabled",
        UpstreamFault.Busy => "busy",
        _ => "_OTHER",
    };
}

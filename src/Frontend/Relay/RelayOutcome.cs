using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Relay;

/// <summary>How a relayed call ended. With a fault nothing has been answered yet, or the stream is still open for the error.</summary>
internal readonly record struct RelayOutcome(CallResult Result, UpstreamFault Fault, string? Detail)
{
    /// <summary>The client got the upstream's response.</summary>
    public static RelayOutcome Answered(CallResult result) => new(result, UpstreamFault.None, null);

    public static RelayOutcome Failed(UpstreamFault fault, string detail) => new(CallResult.Failed, fault, detail);
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Relay;

/// <summary>The gateway's own JSON-RPC error codes, outside the range that JSON-RPC and MCP reserve.</summary>
internal static class GatewayError
{
    /// <summary>The caller lacks a permission.</summary>
    public const int Forbidden = -31006;

    /// <summary>What a client is told about an upstream that could not answer.</summary>
    public static int CodeOf(UpstreamFault fault) => fault switch
    {
        UpstreamFault.TimedOut => McpErrorCode.UpstreamTimeout,
        UpstreamFault.Invalid => McpErrorCode.UpstreamInvalid,
        UpstreamFault.Busy => McpErrorCode.Unavailable,
        _ => McpErrorCode.UpstreamUnavailable,
    };
}

using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>An MCP server in the overview.</summary>
public sealed partial class UpstreamTableRow
{
    protected override DateTimeOffset? Time => Row.LastSeen;

    private string Transport => Row.Transport switch
    {
        TransportKind.StreamableHttp => "Streamable HTTP",
        TransportKind.Sse => "HTTP+SSE",
        _ => "stdio",
    };

    private string Protocol => (Row.Era, Row.ProtocolVersion) switch
    {
        (Era.Unknown, null) => "not known yet",
        (Era.Unknown, var version) => version,
        (Era.Legacy, var version) => $"{version ?? "?"} · legacy",
        (_, var version) => $"{version ?? "?"} · modern",
    };
}

using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>An MCP server in the overview.</summary>
public sealed partial class UpstreamTableRow
{
    protected override DateTimeOffset? Time => Row.LastSeen;

    private string Transport => Row.Transport switch
    {
        TransportKind.StreamableHttp => "HTTP",
        TransportKind.Sse => "HTTP+SSE",
        _ => "stdio",
    };

    private string? EraWord => Row.Era switch
    {
        Era.Legacy => "legacy",
        Era.Modern => "modern",
        _ => null,
    };
}

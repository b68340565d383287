using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// What the gateway tells those who listen: its activity source, and its instruments after OpenTelemetry's semantic conventions for MCP.
/// Where nobody listens, using them costs a look at a field.
/// </summary>
public static class GatewayTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "McpGateway";

    // The conventions' own boundaries.
    private static readonly InstrumentAdvice<double> s_operation = new() { HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] };

    private static readonly InstrumentAdvice<double> s_overhead = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };

    private static readonly Meter s_meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>A client's request, from its arrival to the end of its answer.</summary>
    public static Histogram<double> ServerOperation { get; } =
        s_meter.CreateHistogram("mcp.server.operation.duration", "s", "MCP request duration as observed by the gateway as a server.", null, s_operation);

    /// <summary>A request to an upstream, until its answer has been passed on.</summary>
    public static Histogram<double> ClientOperation { get; } =
        s_meter.CreateHistogram("mcp.client.operation.duration", "s", "MCP request duration as observed by the gateway as a client of an upstream.", null, s_operation);

    /// <summary>A legacy session that was ended, by its client or because it was idle.</summary>
    public static Histogram<double> ServerSession { get; } =
        s_meter.CreateHistogram("mcp.server.session.duration", "s", "Duration of an MCP session as observed by the gateway as a server.", null, s_operation);

    /// <summary>Where the time of a call went; the attribute <c>gateway.stage</c> says which part it is.</summary>
    public static Histogram<double> Overhead { get; } =
        s_meter.CreateHistogram("gateway.overhead", "s", "Where the time of calls to upstreams went.", null, s_overhead);
}

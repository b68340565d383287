namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// What is told of the gateway's work, and where. Section <c>Telemetry</c>; where a setting has a standard environment variable
/// (<c>OTEL_…</c>), that one counts as long as the setting is not given.
/// </summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// The OpenTelemetry collector, such as <c>http://collector:4318</c>. Default: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without either
    /// nothing is exported and nothing of it costs anything.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary><c>http/protobuf</c> or <c>grpc</c>. Default: <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, else <c>http/protobuf</c>.</summary>
    public string? Protocol { get; set; }

    /// <summary>Headers of every export, as <c>name=value,name=value</c>. Default: <c>OTEL_EXPORTER_OTLP_HEADERS</c>, else none.</summary>
    public string? Headers { get; set; }

    /// <summary>The name under which the gateway appears. Default: <c>OTEL_SERVICE_NAME</c>, else <c>mcpgateway</c>.</summary>
    public string? ServiceName { get; set; }

    /// <summary>Whether traces are exported. Default: true.</summary>
    public bool Traces { get; set; } = true;

    /// <summary>Whether metrics are exported. Default: true.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>Whether log records are exported. Default: true.</summary>
    public bool Logs { get; set; } = true;

    /// <summary>The share of traces that begin here which is recorded; others go by what their caller decided. Default: 1.</summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>How often metrics are exported. Default: <c>OTEL_METRIC_EXPORT_INTERVAL</c>, else one minute.</summary>
    public TimeSpan? MetricsInterval { get; set; }

    /// <summary>
    /// How many series one metric may have for each kind of thing (tools, upstreams, virtual servers, …), at <c>/metrics/prometheus</c> and
    /// over OTLP; what comes later is counted together as <c>other</c>. Default: 1,000.
    /// </summary>
    public int MaxSeries { get; set; } = 1000;

    /// <summary>Further .NET meters to export, such as <c>Npgsql</c>. Default: none.</summary>
    public IReadOnlyList<string> Meters { get; set; } = [];

    /// <summary>Further .NET activity sources to export, such as <c>Npgsql</c>. Default: none.</summary>
    public IReadOnlyList<string> Sources { get; set; } = [];
}

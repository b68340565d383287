namespace McpGateway.Testing.Telemetry;

/// <summary>A span as it arrived.</summary>
/// <param name="ParentId">Empty for a root.</param>
/// <param name="Kind">2: server, 3: client.</param>
/// <param name="Links">Trace and span ids, as <c>trace-span</c>.</param>
/// <param name="IsError">Its status is ERROR.</param>
public sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    Dictionary<string, string> Attributes,
    IReadOnlyList<string> Links,
    bool IsError,
    string Service);

/// <summary>A point of a histogram as it arrived.</summary>
public sealed record OtlpHistogramPoint(
    string Metric, string Unit, Dictionary<string, string> Attributes, long Count, double Sum, IReadOnlyList<double> Bounds);

/// <summary>That a metric arrived.</summary>
public sealed record OtlpMetric(string Service, string Meter, string Name);

/// <summary>A log record as it arrived.</summary>
public sealed record OtlpLog(string Category, string Severity, string Body, string TraceId);

using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// OpenTelemetry's own variables. The SDK reads them from the configuration that it is given: ours, with the settings of
/// <see cref="TelemetryOptions"/> laid over it in these names, so that what we have no setting for works as its documentation says.
/// </summary>
internal static class OtlpVariables
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    public const string Headers = "OTEL_EXPORTER_OTLP_HEADERS";
    public const string ServiceName = "OTEL_SERVICE_NAME";
    public const string MetricsInterval = "OTEL_METRIC_EXPORT_INTERVAL";
    public const string Disabled = "OTEL_SDK_DISABLED";

    public const string HttpProtobuf = "http/protobuf";
    public const string Grpc = "grpc";

    /// <summary>Fills what the settings leave open.</summary>
    public static void Complete(TelemetryOptions options, IConfiguration configuration)
    {
        options.Endpoint = string.Equals(configuration[Disabled], "true", StringComparison.OrdinalIgnoreCase)
            ? null
            : Given(options.Endpoint) ?? Given(configuration[Endpoint]);
        options.Protocol = Given(options.Protocol) ?? Given(configuration[Protocol]) ?? HttpProtobuf;
        options.Headers = Given(options.Headers) ?? Given(configuration[Headers]);
        options.ServiceName = Given(options.ServiceName) ?? Given(configuration[ServiceName]) ?? "mcpgateway";
    }

    /// <summary>The configuration for the SDK.</summary>
    public static IConfiguration Over(IConfiguration configuration, TelemetryOptions options)
    {
        var settings = new Dictionary<string, string?>
        {
            [Endpoint] = options.Endpoint,
            [Protocol] = options.Protocol,
            [ServiceName] = options.ServiceName,
        };
        if (options.Headers is { } headers)
        {
            settings[Headers] = headers;
        }

        if (options.MetricsInterval is { } interval)
        {
            settings[MetricsInterval] = interval.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        }

        return new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(settings).Build();
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

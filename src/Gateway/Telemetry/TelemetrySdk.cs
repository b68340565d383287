using System.Reflection;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace McpGateway.Gateway.Telemetry;

/// <summary>Builds OpenTelemetry's providers. The only place that names its types: where nothing is exported its libraries are not even loaded.</summary>
internal static class TelemetrySdk
{
    // Orleans' are silent in the standalone edition: grain calls as spans, and what silos and clients count of themselves.
    private static readonly string[] s_meters = [GatewayTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans"];
    private static readonly string[] s_sources = [GatewayTelemetry.Name, "Microsoft.Orleans.Application"];

    /// <summary>Starts exporting.</summary>
    /// <returns>What ends it, after a last export; and what takes the log records.</returns>
    public static (IDisposable Sdk, ILoggerFactory Logs) Create(TelemetryOptions options, IConfiguration configuration, NodeName node)
    {
        var sdk = OpenTelemetrySdk.Create(builder => Configure(builder, options, configuration, node));
        return (sdk, sdk.GetLoggerFactory());
    }

    private static void Configure(IOpenTelemetryBuilder builder, TelemetryOptions options, IConfiguration configuration, NodeName node)
    {
        builder.Services.AddSingleton(OtlpVariables.Over(configuration, options));
        // What is logged at all is decided by the application's own filters (Logging:OpenTelemetry:LogLevel).
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Trace));
        builder.ConfigureResource(resource => resource.AddService(options.ServiceName!, serviceVersion: Version(), serviceInstanceId: node.Value));
        if (options.Traces)
        {
            builder.WithTracing(tracing => tracing
                .AddSource([.. s_sources, .. options.Sources])
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampleRatio))));
        }

        if (options.Metrics)
        {
            builder.WithMetrics(metrics => metrics
                .AddMeter([.. s_meters, .. options.Meters])
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = options.MaxSeries }));
        }

        if (options.Logs)
        {
            builder.WithLogging(static _ => { }, static logs => logs.IncludeFormattedMessage = true);
        }

        builder.UseOtlpExporter();
    }

    private static string? Version() =>
        typeof(TelemetrySdk).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}

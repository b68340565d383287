using System.Reflection;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// Exports over OTLP from start to stop, if a collector is configured. All queues of the SDK are bounded and it retries by itself: a
/// collector that is away costs what it would have been told, and a word in the log.
/// </summary>
internal sealed class TelemetryExport(
    IOptions<TelemetryOptions> options, IConfiguration configuration, ILoggerFactory loggers, NodeName node, TimeProvider time, ILogger<ExportFailures> failures)
    : IHostedService, IDisposable
{
    private static readonly string[] s_meters = [GatewayTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private OpenTelemetrySdk? _sdk;
    private ForwardedLogs? _logs;
    private ExportFailures? _failures;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Endpoint is null)
        {
            return Task.CompletedTask;
        }

        _failures = new ExportFailures(failures, time);
        _sdk = OpenTelemetrySdk.Create(Configure);
        if (options.Value.Logs)
        {
            _logs = new ForwardedLogs(_sdk.GetLoggerFactory());
            loggers.AddProvider(_logs);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The SDK's last export takes its time where nobody answers; a shutdown does not wait that long for it.
        await Task.Run(Dispose, CancellationToken.None).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _logs?.Close();
        Interlocked.Exchange(ref _sdk, null)?.Dispose();
        _failures?.Dispose();
    }

    private void Configure(IOpenTelemetryBuilder builder)
    {
        var settings = options.Value;
        builder.Services.AddSingleton(OtlpVariables.Over(configuration, settings));
        // What is logged at all is decided by the application's own filters (Logging:OpenTelemetry:LogLevel).
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Trace));
        builder.ConfigureResource(resource => resource.AddService(settings.ServiceName!, serviceVersion: Version(), serviceInstanceId: node.Value));
        if (settings.Traces)
        {
            builder.WithTracing(tracing => tracing
                .AddSource([GatewayTelemetry.Name, .. settings.Sources])
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio))));
        }

        if (settings.Metrics)
        {
            builder.WithMetrics(metrics => metrics
                .AddMeter([.. s_meters, .. settings.Meters])
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = settings.MaxSeries }));
        }

        if (settings.Logs)
        {
            builder.WithLogging(static _ => { }, static logs => logs.IncludeFormattedMessage = true);
        }

        builder.UseOtlpExporter();
    }

    private static string? Version() =>
        typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}

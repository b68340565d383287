using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// Exports over OTLP from start to stop, if a collector is configured. All queues of the SDK are bounded and it retries by itself: a
/// collector that is away costs what it would have been told, and a word in the log.
/// </summary>
internal sealed class TelemetryExport(
    IOptions<TelemetryOptions> options, IConfiguration configuration, ILoggerFactory loggers, NodeName node, TimeProvider time, ILogger<ExportFailures> failures)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private IDisposable? _sdk;
    private ForwardedLogs? _logs;
    private ExportFailures? _failures;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Endpoint is null)
        {
            return Task.CompletedTask;
        }

        _failures = new ExportFailures(failures, time);
        (_sdk, var target) = TelemetrySdk.Create(options.Value, configuration, node);
        if (options.Value.Logs)
        {
            _logs = new ForwardedLogs(target);
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
}

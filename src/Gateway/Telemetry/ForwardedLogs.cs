using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpGateway.Gateway.Telemetry;

/// <summary>Gives the application's log records to the telemetry SDK, which has loggers of its own; to nobody once it has stopped.</summary>
[ProviderAlias("OpenTelemetry")]
internal sealed class ForwardedLogs(ILoggerFactory target) : ILoggerProvider
{
    private volatile ILoggerFactory? _target = target;

    public ILogger CreateLogger(string categoryName) => _target?.CreateLogger(categoryName) ?? NullLogger.Instance;

    public void Close() => _target = null;

    public void Dispose() => Close();
}

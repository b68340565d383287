using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace McpGateway.Gateway.Telemetry;

/// <summary>
/// Says in the log that telemetry does not arrive. The exporter tells it to nobody but those who listen to its events, and at every try;
/// here it is one line a quarter of an hour.
/// </summary>
internal sealed partial class ExportFailures : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(15);

    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private long _saidAt;

    public ExportFailures(ILogger<ExportFailures> logger, TimeProvider time) => (_logger, _time) = (logger, time);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // Called by the base's constructor too, before this object is complete.
        if (string.Equals(eventSource.Name, Exporter, StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_logger is null || !string.Equals(eventData.EventSource.Name, Exporter, StringComparison.Ordinal))
        {
            return;
        }

        var now = _time.GetTimestamp();
        var saidAt = Volatile.Read(ref _saidAt);
        if ((saidAt == 0 || _time.GetElapsedTime(saidAt, now) >= s_pause) && Interlocked.CompareExchange(ref _saidAt, now, saidAt) == saidAt)
        {
            LogFailed(_logger, eventData.EventName ?? "", string.Join(' ', eventData.Payload ?? (IReadOnlyCollection<object?>)[]));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telemetry does not arrive at its collector; calls go on, and this is not said again for a quarter of an hour. {Event}: {Detail}")]
    private static partial void LogFailed(ILogger logger, string @event, string detail);
}

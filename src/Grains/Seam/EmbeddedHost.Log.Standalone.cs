using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Seam;

internal sealed partial class EmbeddedHost
{
    [LoggerMessage(LogLevel.Warning, "Grain {Grain} could not be activated.")]
    public partial void LogActivationFailed(Exception exception, ActivationId grain);

    [LoggerMessage(LogLevel.Warning, "Grain {Grain} was deactivated, but not in good order.")]
    public partial void LogDeactivationFailed(Exception exception, ActivationId grain);

    [LoggerMessage(LogLevel.Warning, "A cancellation callback of grain {Grain} failed.")]
    public partial void LogCancellationFailed(Exception exception, ActivationId grain);

    [LoggerMessage(LogLevel.Error, "A timer of grain {Grain} failed; it goes on.")]
    public partial void LogTimerFailed(Exception exception, ActivationId grain);

    [LoggerMessage(LogLevel.Warning, "{Grain}.{Method} failed after its caller had given up.")]
    public partial void LogLateFailure(Exception exception, EmbeddedTarget grain, string method);

    [LoggerMessage(LogLevel.Warning, "A stream of {Grain} failed at its end.")]
    public partial void LogStreamEndFailed(Exception exception, EmbeddedTarget grain);

    [LoggerMessage(LogLevel.Warning, "The host stopped while {Count} grains were not yet deactivated.")]
    private partial void LogStoppedEarly(int count);
}

using Microsoft.Extensions.Logging;
using Orleans;

namespace McpGateway.Cluster;

/// <summary>A frontend or dashboard that starts before the silos waits for them, for as long as it is let.</summary>
internal sealed partial class WaitForSilos(TimeProvider time, ILogger<WaitForSilos> logger) : IClientConnectionRetryFilter
{
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        LogWaiting(exception.Message);
        await Task.Delay(ClusterTiming.Reconnect, time, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo can be reached yet: {Reason}")]
    private partial void LogWaiting(string reason);
}

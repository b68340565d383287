using System.Diagnostics;

namespace McpGateway.Frontend.Telemetry;

/// <summary>How far a request had come when, as timestamps of <see cref="Stopwatch"/>; it travels with the request.</summary>
/// <param name="StartedAt">It arrived.</param>
/// <param name="AdmittedAt">It was known who asks, and that they may use the virtual server.</param>
/// <param name="ReceivedAt">Its message was there: how long that took is the client's business.</param>
internal readonly record struct CallClock(long StartedAt, long AdmittedAt, long ReceivedAt)
{
    /// <summary>The clock of a request that begins now and needs no admission of its own.</summary>
    public static CallClock Now()
    {
        var now = Stopwatch.GetTimestamp();
        return new CallClock(now, now, now);
    }
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Relay;

/// <summary>How a relayed call ended. With a fault nothing has been answered yet, or the stream is still open for the error.</summary>
/// <param name="Questions">Set when a modern upstream wants a legacy client to be asked first: its whole response. Nothing has been answered yet.</param>
internal readonly record struct RelayOutcome(CallResult Result, UpstreamFault Fault, string? Detail, byte[]? Questions = null)
{
    // Five minutes. Whoever has to be away for longer is told so by being asked to come back again.
    private const int LongestRetry = 300;

    /// <summary>How long the call waited for its client's answers: no time of the upstream's.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>
    /// Set when an upstream made a task of the call of a client that knows no tasks: the params that ask for it. Nothing has been answered
    /// yet.
    /// </summary>
    public byte[]? StartedTask { get; init; }

    /// <summary>True when a modern upstream refused the call because it makes a task of it. It did not run, and nothing has been answered yet.</summary>
    public bool NeedsTask { get; init; }

    /// <summary>True when the upstream is to be sent something more, and the call has not ended.</summary>
    public bool GoesOn => NeedsTask || StartedTask is not null || Questions is not null;

    /// <summary>When there is room for the call the client had better try again after so many seconds; 0 where nobody can say.</summary>
    public int RetryAfter { get; init; }

    /// <summary>Code of the error that the client got; 0 for a result, and where it has not got any yet.</summary>
    public int ErrorCode { get; init; }

    /// <summary>The client got the upstream's response.</summary>
    public static RelayOutcome Answered(CallResult result, int errorCode = 0) => new(result, UpstreamFault.None, null) { ErrorCode = errorCode };

    /// <summary>A modern upstream asks; see <see cref="Questions"/>.</summary>
    public static RelayOutcome Asks(ReadOnlySpan<byte> response) => new(CallResult.Succeeded, UpstreamFault.None, null, response.ToArray());

    /// <summary>A task was made; see <see cref="StartedTask"/>.</summary>
    public static RelayOutcome Started(ReadOnlySpan<byte> rawParams) =>
        new(CallResult.Succeeded, UpstreamFault.None, null) { StartedTask = rawParams.ToArray() };

    /// <summary>There is no room for the call, which did not run.</summary>
    /// <param name="roomIn">When there may be.</param>
    public static RelayOutcome Busy(string detail, TimeSpan roomIn) =>
        Failed(UpstreamFault.Busy, detail) with { RetryAfter = (int)Math.Ceiling(Math.Clamp(roomIn.TotalSeconds, 1, LongestRetry)) };

    public static RelayOutcome Failed(UpstreamFault fault, string detail) => new(CallResult.Failed, fault, detail);
}

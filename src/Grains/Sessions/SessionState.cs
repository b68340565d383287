using System.Collections.Immutable;

namespace McpGateway.Grains.Sessions;

/// <summary>What of a session outlives its node. Nothing is stored for a session that only called tools of session-less upstreams.</summary>
internal sealed record SessionState
{
    /// <summary>The session is over; the row may go after this instant, when its sealed id has expired.</summary>
    public DateTimeOffset? EndedUntil { get; init; }

    public string? LogLevel { get; init; }

    /// <summary>Resources whose updates the client wants to hear of, as it sees them.</summary>
    public ImmutableArray<string> Subscriptions { get; init; } = [];

    /// <summary>Keys of the connections that end with the session.</summary>
    public ImmutableArray<string> Connections { get; init; } = [];
}

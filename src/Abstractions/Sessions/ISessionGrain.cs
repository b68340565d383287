using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Sessions;

/// <summary>What a node must know of a legacy session before it serves it.</summary>
/// <param name="Ended">DELETE was called, or the session was idle too long: 404 from now on.</param>
/// <param name="LogLevel">What <c>logging/setLevel</c> set, null before.</param>
[GenerateSerializer, Immutable]
public sealed record SessionFacts(bool Ended, string? LogLevel);

/// <summary>
/// A legacy client's MCP session. Its key is the session key inside the sealed session id (32 hex digits). A session that was opened
/// and never used has no activation and no row.
/// </summary>
[Alias("ISessionGrain")]
public interface ISessionGrain : IGatewayGrain
{
    /// <summary>A node begins to serve the session; called once per session and node.</summary>
    ValueTask<SessionFacts> AttachAsync(string node, CancellationToken cancellationToken);

    /// <summary>The nodes that serve the session or did, the newest first. Not stored: after the loss of a silo only those that came since.</summary>
    ValueTask<ImmutableArray<string>> NodesAsync(CancellationToken cancellationToken);

    /// <summary>Ends it for good: stored until <paramref name="expiresAt"/>, told to all nodes through the feed, its upstream connections closed. Idempotent.</summary>
    ValueTask EndAsync(DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Sets the level of the logs that the client wants to get, and tells the nodes.</summary>
    ValueTask SetLogLevelAsync(string level, CancellationToken cancellationToken);

    /// <summary>The session opened this upstream connection, which ends with it.</summary>
    ValueTask OwnAsync(string connectionKey, CancellationToken cancellationToken);
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Sessions;

/// <summary>What a node must know of a legacy session before it serves it.</summary>
/// <param name="Ended">DELETE was called, or the session was idle too long: 404 from now on.</param>
/// <param name="LogLevel">What <c>logging/setLevel</c> set, null before.</param>
[GenerateSerializer, Immutable]
public sealed record SessionFacts(bool Ended, string? LogLevel);

/// <summary>What the client's event stream has to bring beside the changes of lists.</summary>
/// <param name="Subscriptions">Resources whose updates the client wants to hear of, as it sees them.</param>
/// <param name="Connections">Keys of the upstream connections that the session owns.</param>
/// <param name="LogLevel">What <c>logging/setLevel</c> set, null before.</param>
[GenerateSerializer, Immutable]
public sealed record SessionInterests(ImmutableArray<string> Subscriptions, ImmutableArray<string> Connections, string? LogLevel);

/// <summary>An event of an answer's stream.</summary>
/// <param name="Number">Its place in the stream, as in the event id.</param>
/// <param name="Message">The whole JSON-RPC message.</param>
[GenerateSerializer, Immutable]
public sealed record LostEvent(long Number, ReadOnlyMemory<byte> Message);

/// <summary>The end of an answer that its client may have missed (spec 2025-11-25, transports: resumability).</summary>
/// <param name="Stream">Names the stream in event ids.</param>
/// <param name="Events">What is left of it, in order; the last one is the response, if there was one.</param>
[GenerateSerializer, Immutable]
public sealed record LostAnswer(string Stream, ImmutableArray<LostEvent> Events);

/// <summary>
/// A legacy client's MCP session. Its key is the session key inside the sealed session id (32 hex digits). A session that was opened
/// and never used has no activation and no row.
/// </summary>
[Alias("ISessionGrain")]
public interface ISessionGrain : IGatewayGrain
{
    /// <summary>How many resources a session may be subscribed to.</summary>
    public const int MaxSubscriptions = 200;

    /// <summary>How many lost answers are kept for a session.</summary>
    public const int MaxLostAnswers = 32;

    /// <summary>How many bytes of messages they may have together.</summary>
    public const int MaxLostBytes = 16 * 1024 * 1024;

    /// <summary>A node begins to serve the session; called once per session and node.</summary>
    ValueTask<SessionFacts> AttachAsync(string node, CancellationToken cancellationToken);

    /// <summary>The nodes that serve the session or did, the newest first. Not stored: after the loss of a silo only those that came since.</summary>
    ValueTask<ImmutableArray<string>> NodesAsync(CancellationToken cancellationToken);

    /// <summary>Ends it for good: stored until <paramref name="expiresAt"/>, told to all nodes through the feed, its upstream connections closed. Idempotent.</summary>
    ValueTask EndAsync(DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a complete answer for a client that lost its connection, for five minutes and in memory only; of too many the oldest make
    /// room. False when it is too large, this process keeps too many, or the session has ended. Idempotent.
    /// </summary>
    ValueTask<bool> KeepAsync(LostAnswer answer, CancellationToken cancellationToken);

    /// <summary>A kept answer; null when there is none of that name. It stays for its time: the client may lose the connection again.</summary>
    ValueTask<LostAnswer?> FindLostAsync(string stream, CancellationToken cancellationToken);

    /// <summary>Sets the level of the logs that the client wants to get, and tells the nodes.</summary>
    ValueTask SetLogLevelAsync(string level, CancellationToken cancellationToken);

    /// <summary>
    /// The session opened this upstream connection, which ends with it. True when the session has its event stream open on some node, which
    /// will listen to the connection.
    /// </summary>
    ValueTask<bool> OwnAsync(string connectionKey, CancellationToken cancellationToken);

    /// <summary>The client's roots changed: the upstreams that the session is connected to are told, the others will ask when they are.</summary>
    ValueTask TellRootsChangedAsync(CancellationToken cancellationToken);

    /// <summary>The client wants to hear of a resource's updates. False when it is subscribed to too many. Idempotent.</summary>
    /// <param name="uri">As the client sees it.</param>
    ValueTask<bool> SubscribeAsync(string uri, CancellationToken cancellationToken);

    /// <summary>The client does not want to hear of it any more. Idempotent.</summary>
    ValueTask UnsubscribeAsync(string uri, CancellationToken cancellationToken);

    /// <summary>
    /// A node has the client's event stream: the interests of this moment, null when the session has ended. After each change of them the
    /// node gets a mail (<see cref="NodeMailKind.Interests"/>) and calls again. Which nodes listen is not stored, so they call once a minute
    /// in any case. (It is no stream of interests because thousands of those, all of them silent, would each be asked every few seconds.)
    /// </summary>
    /// <param name="stream">Names the event stream among those of the node.</param>
    ValueTask<SessionInterests?> ListenAsync(string node, long stream, CancellationToken cancellationToken);

    /// <summary>The event stream is closed. Idempotent.</summary>
    ValueTask StopListeningAsync(string node, long stream, CancellationToken cancellationToken);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>
/// One connection to an upstream: an HTTP session, an SSE stream or a process. Lazily opened in single flight, opened anew after the
/// upstream forgot it, closed when idle. Its key is <see cref="ConnectionKey"/>.
/// </summary>
[Alias("IConnectionGrain")]
public interface IConnectionGrain : IGatewayGrain
{
    /// <summary>A node says at least so often which upstream sessions it still holds; seconds.</summary>
    const int HoldSeconds = 60;

    /// <summary>
    /// Streamable HTTP: the upstream session to call with; exactly one item. <paramref name="staleSessionId"/> is the one that the
    /// upstream answered 404 to: it is replaced once, however many callers report it.
    /// </summary>
    IAsyncEnumerable<ConnectionReply> OpenAsync(Caller caller, string? staleSessionId, CancellationToken cancellationToken);

    /// <summary>
    /// stdio and SSE: sends one request and streams what belongs to it: notifications first, the response last. Ids and progress tokens
    /// are rewritten on the way and restored. Leaving the stream early cancels the call upstream.
    /// </summary>
    /// <param name="message">The request as the upstream shall get it, but for id and progress token.</param>
    IAsyncEnumerable<ConnectionReply> CallAsync(Caller caller, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>
    /// Sends the client's response to a question that came over the connection (<see cref="ConnectionReplyKind.Question"/>,
    /// <see cref="WatchNewsKind.Question"/>), with the upstream's own id. One that answers no open question is dropped.
    /// </summary>
    ValueTask RespondAsync(ReadOnlyMemory<byte> response);

    /// <summary>
    /// Hears what the upstream says beside the answers to calls, as long as the stream is read: first how each resource stands, then
    /// news. The connection is opened where it is not, and again whenever it ends; resources whose updates may have been missed
    /// meanwhile are told of as updated. One upstream subscription serves all who watch the same resource.
    /// </summary>
    IAsyncEnumerable<WatchNews> WatchAsync(Caller caller, WatchRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until somebody hears what the upstream says beside the answers to calls, at most a second: it may ask something at the first one.
    /// </summary>
    ValueTask WaitUntilHeardAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The roots of the session's client changed (<c>notifications/roots/list_changed</c>): the upstream is told, where the connection is open
    /// and declared that it would be. Returns at once; several in a row may be told as one.
    /// </summary>
    ValueTask TellRootsChangedAsync();

    /// <summary>
    /// A node still holds this upstream session: it called with it not long ago, and would again without asking. A session that no node has
    /// spoken of for some time is ended. Unknown ones are ignored.
    /// </summary>
    ValueTask HoldAsync(string sessionId);

    /// <summary>Ends it: DELETE, end of stream, or end of the whole process tree. Idempotent.</summary>
    ValueTask CloseAsync(string reason);
}

/// <summary>What a <see cref="ConnectionReply"/> is.</summary>
[GenerateSerializer]
public enum ConnectionReplyKind
{
    /// <summary>The connection is open; <see cref="ConnectionReply.SessionId"/> may be null for upstreams without sessions.</summary>
    Opened,

    /// <summary>A JSON-RPC notification that belongs to the call.</summary>
    Notification,

    /// <summary>A JSON-RPC request of the upstream to the client of the call, with the upstream's id.</summary>
    Question,

    /// <summary>The JSON-RPC response, with the caller's own id. The last item.</summary>
    Response,

    /// <summary>It failed; nothing follows.</summary>
    Failed,
}

/// <summary>Why a call upstream failed. The edge maps it to JSON-RPC once.</summary>
[GenerateSerializer]
public enum UpstreamFault
{
    None,

    /// <summary>No connection could be made, or the process could not be started. The call did not run.</summary>
    Unreachable,

    /// <summary>The connection broke after the call was sent. Whether it ran is not known.</summary>
    Broken,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The upstream refused our credentials (401, 403).</summary>
    Unauthorized,

    /// <summary>What came back is not MCP: wrong content type, garbage, too large. The text says what.</summary>
    Invalid,

    /// <summary>The upstream answered an HTTP error that is not MCP.</summary>
    HttpError,

    /// <summary>The upstream does not know the session (404).</summary>
    SessionLost,

    /// <summary>The upstream is switched off or unknown.</summary>
    Disabled,

    /// <summary>Too many calls wait for this connection.</summary>
    Busy,
}

/// <summary>One item of a connection's answer.</summary>
/// <param name="Message">The whole JSON-RPC message, for notifications and responses.</param>
/// <param name="Detail">For people, when it failed; carries no secret.</param>
[GenerateSerializer, Immutable]
public sealed record ConnectionReply(
    ConnectionReplyKind Kind, ReadOnlyMemory<byte> Message, string? SessionId, string? ProtocolVersion, UpstreamFault Fault, string? Detail)
{
    public static ConnectionReply Opened(string? sessionId, string? protocolVersion) =>
        new(ConnectionReplyKind.Opened, default, sessionId, protocolVersion, UpstreamFault.None, null);

    public static ConnectionReply Notification(ReadOnlyMemory<byte> message) =>
        new(ConnectionReplyKind.Notification, message, null, null, UpstreamFault.None, null);

    public static ConnectionReply Question(ReadOnlyMemory<byte> message) =>
        new(ConnectionReplyKind.Question, message, null, null, UpstreamFault.None, null);

    public static ConnectionReply Response(ReadOnlyMemory<byte> message) =>
        new(ConnectionReplyKind.Response, message, null, null, UpstreamFault.None, null);

    public static ConnectionReply Failed(UpstreamFault fault, string detail) =>
        new(ConnectionReplyKind.Failed, default, null, null, fault, detail);
}

/// <summary>The key of a connection grain: upstream, owner, capability profile.</summary>
/// <param name="Owner">Session key, principal id, or <see cref="Everybody"/>, as the upstream's sharing mode says.</param>
/// <param name="Profile">Which client capabilities the connection declares, and how it is used; <c>0</c> none.</param>
public readonly record struct ConnectionKey(string UpstreamId, string Owner, string Profile)
{
    /// <summary>The owner of shared connections.</summary>
    public const string Everybody = "*";

    /// <summary>Reads a key; null when it has another form.</summary>
    public static ConnectionKey? Parse(string key)
    {
        var first = key.IndexOf('/', StringComparison.Ordinal);
        var last = key.LastIndexOf('/');
        return first <= 0 || last <= first + 1 || last == key.Length - 1
            ? null
            : new ConnectionKey(key[..first], key[(first + 1)..last], key[(last + 1)..]);
    }

    public override string ToString() => $"{UpstreamId}/{Owner}/{Profile}";
}

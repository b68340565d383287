using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Nodes;

/// <summary>
/// The mailbox of one frontend node; its key is the node's name. What belongs to something that lives on one node (an open stream, a
/// question, a held call) and arrives at another is posted here.
/// </summary>
[Alias("INodeGrain")]
public interface INodeGrain : IGatewayGrain
{
    /// <summary>
    /// The mail after <paramref name="after"/>, and a sign of life every two seconds. A node holds one such stream; a second one takes its
    /// place. Mail is kept for half a minute, so a node that subscribes anew with the last number it has seen loses nothing.
    /// </summary>
    /// <param name="after">The largest <see cref="NodeMail.Number"/> received; 0 at first.</param>
    IAsyncEnumerable<NodeMail> ReceiveAsync(long after, CancellationToken cancellationToken);

    /// <summary>
    /// Posts a mail. False when the node does not receive (it is gone, and everything that lived on it), or its mailbox is full; it waits
    /// up to three seconds for a node that is just coming back.
    /// </summary>
    ValueTask<bool> PostAsync(NodeMail mail, CancellationToken cancellationToken);
}

/// <summary>What a mail is about: which part of the node takes it.</summary>
[GenerateSerializer]
public enum NodeMailKind
{
    /// <summary>A sign of life; nothing to do.</summary>
    Heartbeat,

    /// <summary>A client's answer to a question of this node. <see cref="NodeMail.Key"/>: the question; content: the JSON-RPC response.</summary>
    Answer,

    /// <summary>A client cancelled a request. Key: the session; content: the raw JSON-RPC id.</summary>
    Cancel,

    /// <summary>A session's log level was set. Key: the session; detail: the level.</summary>
    LogLevel,

    /// <summary>A message posted for a stream of this node. Key: the session; content: the message; detail: the client's address.</summary>
    Message,

    /// <summary>The retry of a call that this node holds. Key: the call; content: the request; detail: where its answer goes.</summary>
    Retry,

    /// <summary>The client of a retry left. Key: where its answer would have gone.</summary>
    Leave,

    /// <summary>A client resumes a stream of this node. Key: session/event id; detail: where the events go.</summary>
    Resume,

    /// <summary>Asks for the open questions of a task. Key: the task and its caller; detail: where the answer goes.</summary>
    TaskQuestions,

    /// <summary>Asks for a task that this node keeps. Key: the task; detail: where the answer goes.</summary>
    KeptTask,

    /// <summary>What a session wants to hear of, whose event stream this node has, changed. Key: the session.</summary>
    Interests,
}

/// <summary>A message from one frontend node to another.</summary>
/// <param name="Number">Given by the mailbox, growing.</param>
/// <param name="Key">What it is about, by kind.</param>
/// <param name="Content">Bytes, by kind.</param>
/// <param name="Detail">Text, by kind; null where the kind has none.</param>
[GenerateSerializer, Immutable]
public sealed record NodeMail(long Number, NodeMailKind Kind, string Key, ReadOnlyMemory<byte> Content, string? Detail)
{
    /// <summary>A mail that is not posted yet.</summary>
    public static NodeMail Of(NodeMailKind kind, string key, ReadOnlyMemory<byte> content, string? detail = null) => new(0, kind, key, content, detail);
}

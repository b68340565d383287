using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Nodes;

/// <summary>
/// Carries an answer from the node that makes it to the node where the client waits, when the two are not the same. Its key is random
/// and lives as long as one answer.
/// </summary>
[Alias("IReplyGrain")]
public interface IReplyGrain : IGatewayGrain
{
    /// <summary>The answer as it comes. The first item is <see cref="ReplyPartKind.Ready"/>: only then is the other node asked.</summary>
    IAsyncEnumerable<ReplyPart> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Adds a part. False when nobody receives any more, or does not read.</summary>
    ValueTask<bool> SendAsync(ReplyPart part, CancellationToken cancellationToken);
}

/// <summary>What a <see cref="ReplyPart"/> is.</summary>
[GenerateSerializer]
public enum ReplyPartKind
{
    /// <summary>The receiver is in place.</summary>
    Ready,

    /// <summary>A message that precedes the response.</summary>
    Message,

    /// <summary>The response, and the end.</summary>
    Response,

    /// <summary>The end, without a response.</summary>
    End,

    /// <summary>There is nothing of that kind on the node; the end.</summary>
    Unknown,
}

/// <summary>A part of an answer.</summary>
/// <param name="Content">A whole JSON-RPC message; empty where the kind has none.</param>
/// <param name="Status">HTTP status of a response.</param>
/// <param name="EventId">The SSE event id of the message, if it has one.</param>
[GenerateSerializer, Immutable]
public sealed record ReplyPart(ReplyPartKind Kind, ReadOnlyMemory<byte> Content, int Status, string? EventId)
{
    /// <summary>A part that is its kind and nothing else.</summary>
    public static ReplyPart Of(ReplyPartKind kind) => new(kind, default, 0, null);
}

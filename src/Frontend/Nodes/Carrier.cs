using System.Security.Cryptography;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Nodes;

/// <summary>Has another node answer a request of a client that waits here.</summary>
internal sealed class Carrier(NodePost post, IGrains grains, IOptions<McpOptions> options, TimeProvider time)
{
    /// <summary>
    /// Sends the mail, with the address of the answer as its detail, and passes the answer on to <paramref name="reply"/>. False when that
    /// node is gone or has nothing of the kind; then nothing was said to the client.
    /// </summary>
    public ValueTask<bool> CarryAsync(string node, NodeMail mail, IReply reply) => CarryAsync(node, mail, reply, part => PassAsync(part, reply));

    /// <inheritdoc cref="CarryAsync(string, NodeMail, IReply)"/>
    /// <param name="pass">Takes each part of the answer.</param>
    public async ValueTask<bool> CarryAsync(string node, NodeMail mail, IReply reply, Func<ReplyPart, ValueTask> pass)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var parts = grains.Get<IReplyGrain>(key).ReceiveAsync(reply.ClientGone).GetAsyncEnumerator(reply.ClientGone);
        var isOver = false;
        await using (parts.ConfigureAwait(true))
        {
            try
            {
                while (await KeepAlive.WhileAsync(parts.MoveNextAsync(), reply, options.Value.KeepAlive, time))
                {
                    var part = parts.Current;
                    isOver = part.Kind is ReplyPartKind.Response or ReplyPartKind.End or ReplyPartKind.Unknown;
                    if (part.Kind == ReplyPartKind.Ready)
                    {
                        if (!await post.SendAsync(node, mail with { Detail = key }, reply.ClientGone))
                        {
                            isOver = true;
                            return false;
                        }
                    }
                    else if (part.Kind == ReplyPartKind.Unknown)
                    {
                        return false;
                    }
                    else
                    {
                        await pass(part);
                        if (isOver)
                        {
                            return true;
                        }
                    }
                }

                return false;
            }
            finally
            {
                if (!isOver)
                {
                    await post.SendAsync(node, NodeMail.Of(NodeMailKind.Leave, key, default), CancellationToken.None);
                }
            }
        }
    }

    private static ValueTask PassAsync(ReplyPart part, IReply reply) => part.Kind switch
    {
        ReplyPartKind.Message => reply.NotifyAsync(part.Content),
        ReplyPartKind.Response => reply.CompleteAsync(part.Content, part.Status),
        _ => reply.AbandonAsync(),
    };
}

using System.Collections.Concurrent;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Frontend.Nodes;

/// <summary>The requests of other nodes' clients that this node is answering, so that it hears of it when one leaves.</summary>
internal sealed class CarriedReplies(IGrains grains) : INodeMailHandler
{
    private readonly ConcurrentDictionary<string, CarriedReply> _open = new(StringComparer.Ordinal);

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Leave];

    /// <summary>Answers a request of another node's client.</summary>
    /// <param name="serve">Answers it; false when there is nothing here to answer it with, which the other node is told.</param>
    /// <param name="onFailure">Told what went wrong. The other node hears nothing then, and goes on without the answer after its time.</param>
    public async Task ServeAsync(NodeMail mail, Func<CarriedReply, ValueTask<bool>> serve, Action<Exception> onFailure)
    {
        using var reply = new CarriedReply(grains.Get<IReplyGrain>(mail.Detail!));
        _open[mail.Detail!] = reply;
        try
        {
            if (!await serve(reply))
            {
                await reply.RefuseAsync();
            }
        }
        catch (Exception exception)
        {
            onFailure(exception);
        }
        finally
        {
            _open.TryRemove(mail.Detail!, out _);
        }
    }

    public void Handle(NodeMail mail)
    {
        if (_open.TryGetValue(mail.Key, out var reply))
        {
            reply.Leave();
        }
    }
}

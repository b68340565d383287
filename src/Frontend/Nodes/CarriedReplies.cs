using System.Collections.Concurrent;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Frontend.Nodes;

/// <summary>The requests of other nodes' clients that this node is answering, so that it hears of it when one leaves.</summary>
internal sealed class CarriedReplies(IGrains grains) : INodeMailHandler
{
    private readonly ConcurrentDictionary<string, CarriedReply> _open = new(StringComparer.Ordinal);

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Leave];

    public CarriedReply Open(string key) => _open[key] = new CarriedReply(grains.Get<IReplyGrain>(key));

    /// <summary>The answer is over.</summary>
    public void Close(string key)
    {
        if (_open.TryRemove(key, out var reply))
        {
            reply.Dispose();
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

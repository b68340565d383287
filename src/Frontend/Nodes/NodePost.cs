using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Nodes;

/// <summary>Sends mail to the node where something lives: this one, without any call, or another one through its mailbox.</summary>
internal sealed class NodePost(IGrains grains, NodeName self)
{
    /// <summary>Mail that this node sends to itself; <see cref="NodeMailbox"/> hands it on.</summary>
    public event Action<NodeMail>? Arrived;

    public string Self => self.Value;

    public bool IsSelf(string node) => string.Equals(node, self.Value, StringComparison.Ordinal);

    /// <summary>False when that node cannot take it: it is gone, or overwhelmed.</summary>
    public ValueTask<bool> SendAsync(string node, NodeMail mail, CancellationToken cancellationToken)
    {
        if (!IsSelf(node))
        {
            return grains.Get<INodeGrain>(node).PostAsync(mail, cancellationToken);
        }

        Arrived?.Invoke(mail);
        return ValueTask.FromResult(true);
    }
}

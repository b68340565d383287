using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Nodes;

/// <summary>Sends mail to the node where something lives: this one, without any call, or another one through its mailbox.</summary>
internal sealed class NodePost(IGrains grains, NodeName self, IEnumerable<INodeMailHandler> handlers)
{
    private readonly Dictionary<NodeMailKind, INodeMailHandler> _handlers = handlers.ToDictionary(handler => handler.Kind);

    public string Self => self.Value;

    public bool IsSelf(string node) => string.Equals(node, self.Value, StringComparison.Ordinal);

    /// <summary>False when that node cannot take it: it is gone, or overwhelmed.</summary>
    public ValueTask<bool> SendAsync(string node, NodeMail mail, CancellationToken cancellationToken)
    {
        if (!IsSelf(node))
        {
            return grains.Get<INodeGrain>(node).PostAsync(mail, cancellationToken);
        }

        Deliver(mail);
        return ValueTask.FromResult(true);
    }

    /// <summary>Hands a mail to the part of this node that takes it.</summary>
    public void Deliver(NodeMail mail)
    {
        if (_handlers.TryGetValue(mail.Kind, out var handler))
        {
            handler.Handle(mail);
        }
    }
}

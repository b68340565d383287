using McpGateway.Abstractions.Nodes;

namespace McpGateway.Frontend.Nodes;

/// <summary>A part of this node that takes mail.</summary>
internal interface INodeMailHandler
{
    /// <summary>The kinds it takes; nobody else takes them.</summary>
    IReadOnlyList<NodeMailKind> Kinds { get; }

    /// <summary>Takes a mail. Returns soon: the next one waits.</summary>
    void Handle(NodeMail mail);
}

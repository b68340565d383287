using McpGateway.Abstractions.Nodes;

namespace McpGateway.Frontend.Nodes;

/// <summary>The part of this node that takes one kind of mail.</summary>
internal interface INodeMailHandler
{
    /// <summary>The kind it takes.</summary>
    NodeMailKind Kind { get; }

    /// <summary>Takes a mail. Returns soon: the next one waits.</summary>
    void Handle(NodeMail mail);
}

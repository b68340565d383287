using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>One definition of a list answer, as offsets into the answer. Strings are tokens: decode them with <see cref="JsonStringBytes"/>.</summary>
public readonly record struct ListItem
{
    /// <summary>Why this item cannot be used; the others can.</summary>
    public ListItemFault Fault { get; init; }

    /// <summary>The item's bytes.</summary>
    public ByteRange Raw { get; init; }

    /// <summary>What identifies the item in its kind: <c>name</c>, <c>uri</c> or <c>uriTemplate</c>.</summary>
    public ByteRange Key { get; init; }

    /// <summary><c>name</c> string.</summary>
    public ByteRange Name { get; init; }

    /// <summary><c>title</c> string.</summary>
    public ByteRange Title { get; init; }

    /// <summary><c>description</c> string.</summary>
    public ByteRange Description { get; init; }

    /// <summary><c>description</c>, of whatever type it is: what a new description replaces.</summary>
    internal ByteRange RawDescription { get; init; }

    /// <summary><c>mimeType</c> string.</summary>
    public ByteRange MimeType { get; init; }

    /// <summary><c>inputSchema</c> object.</summary>
    public ByteRange InputSchema { get; init; }

    /// <summary><c>outputSchema</c></summary>
    public ByteRange OutputSchema { get; init; }

    /// <summary><c>annotations</c></summary>
    public ByteRange Annotations { get; init; }

    /// <summary><c>arguments</c> of a prompt.</summary>
    public ByteRange Arguments { get; init; }

    /// <summary><c>_meta</c></summary>
    public ByteRange Meta { get; init; }
}

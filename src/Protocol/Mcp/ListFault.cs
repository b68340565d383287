namespace McpGateway.Protocol.Mcp;

/// <summary>Why a whole list answer cannot be used.</summary>
public enum ListFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Not a usable response: see the <see cref="ResultFault"/>.</summary>
    NotAResult,

    /// <summary>The upstream answered with an error.</summary>
    ErrorAnswer,

    /// <summary>The list's member is missing.</summary>
    ListMissing,

    /// <summary>The list's member is not an array.</summary>
    ListNotArray,

    /// <summary>More items than allowed.</summary>
    TooManyItems,
}

/// <summary>Why an item of a list cannot be used.</summary>
public enum ListItemFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Not an object.</summary>
    NotAnObject,

    /// <summary>A member that the gateway reads occurs twice.</summary>
    DuplicateKey,

    /// <summary><c>name</c>, <c>uri</c> or <c>uriTemplate</c> is missing.</summary>
    KeyMissing,

    /// <summary><c>name</c>, <c>uri</c> or <c>uriTemplate</c> is not a string.</summary>
    KeyNotString,

    /// <summary><c>name</c>, <c>uri</c> or <c>uriTemplate</c> is empty.</summary>
    KeyEmpty,

    /// <summary><c>name</c>, <c>uri</c> or <c>uriTemplate</c> is longer than <see cref="ListSplitter.MaxKeyBytes"/>.</summary>
    KeyTooLong,

    /// <summary>The item is larger than allowed.</summary>
    TooLarge,

    /// <summary><c>inputSchema</c> is missing in a tool, or not an object.</summary>
    InputSchemaNotObject,

    /// <summary>An earlier item of the same answer has the same key.</summary>
    Repeated,
}

namespace McpGateway.Protocol.Mcp;

/// <summary>What administrators are told about a <see cref="ListFault"/> or a <see cref="ListItemFault"/>.</summary>
public static class ListFaults
{
    /// <summary>One sentence that names the member and the rule.</summary>
    public static string Message(this ListFault fault, ListKind kind) => fault switch
    {
        ListFault.None => "",
        ListFault.NotAResult => "The answer is not a JSON-RPC result.",
        ListFault.ErrorAnswer => "The upstream answered with an error.",
        ListFault.ListMissing => $"result.{ListSplitter.MemberName(kind)} is missing.",
        ListFault.ListNotArray => $"result.{ListSplitter.MemberName(kind)} is not an array.",
        ListFault.TooManyItems => $"result.{ListSplitter.MemberName(kind)} has too many items.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };

    /// <inheritdoc cref="Message(ListFault, ListKind)"/>
    public static string Message(this ListItemFault fault, ListKind kind) => fault switch
    {
        ListItemFault.None => "",
        ListItemFault.NotAnObject => "The item is not an object.",
        ListItemFault.DuplicateKey => "The item has a member twice that must be unique.",
        ListItemFault.KeyMissing => $"{ListSplitter.KeyName(kind)} is missing.",
        ListItemFault.KeyNotString => $"{ListSplitter.KeyName(kind)} is not a string.",
        ListItemFault.KeyEmpty => $"{ListSplitter.KeyName(kind)} is empty.",
        ListItemFault.KeyTooLong => $"{ListSplitter.KeyName(kind)} is longer than {ListSplitter.MaxKeyBytes(kind)} bytes.",
        ListItemFault.TooLarge => "The item is too large.",
        ListItemFault.InputSchemaNotObject => "inputSchema is required and must be an object.",
        ListItemFault.Repeated => $"{ListSplitter.KeyName(kind)} occurs twice in one answer.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };
}

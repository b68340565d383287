namespace McpGateway.Protocol.JsonRpc;

/// <summary>Takes a member out of an object, with its name and one comma.</summary>
internal static class MemberCut
{
    /// <summary>What has to go for the member to be gone. Two cuts in one object may overlap; make one at a time.</summary>
    /// <param name="text">Well-formed JSON.</param>
    /// <param name="value">The member's value in <paramref name="text"/>; its name contains no quotation mark.</param>
    public static ByteRange Around(ReadOnlySpan<byte> text, ByteRange value)
    {
        var start = NameStart(text, value.Start);
        var after = value.End + CountBlanks(text[value.End..]);
        if (text[after] == (byte)',')
        {
            return new ByteRange(start, after + 1 - start);
        }

        // The last member: the comma before it goes too, if there is one.
        var before = text[..start].TrimEnd(" \t\r\n"u8).Length;
        start = text[before - 1] == (byte)',' ? before - 1 : start;
        return new ByteRange(start, value.End - start);
    }

    /// <summary>The member without any comma.</summary>
    public static ByteRange NameAndValue(ReadOnlySpan<byte> text, ByteRange value)
    {
        var start = NameStart(text, value.Start);
        return new ByteRange(start, value.End - start);
    }

    private static int NameStart(ReadOnlySpan<byte> text, int valueStart)
    {
        var closing = text[..valueStart].LastIndexOf((byte)'"');
        return text[..closing].LastIndexOf((byte)'"');
    }

    private static int CountBlanks(ReadOnlySpan<byte> text) => text.Length - text.TrimStart(" \t\r\n"u8).Length;
}

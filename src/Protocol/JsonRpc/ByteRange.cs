namespace McpGateway.Protocol.JsonRpc;

/// <summary>Where a JSON value stands in the bytes of a message, as raw text: strings include their quotes.</summary>
/// <remarks>No JSON value is empty, so <c>default</c> means "absent"; a present <c>null</c> is a range of four bytes.</remarks>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Bytes; 0 for an absent value or, in a <see cref="SpliceList"/>, for an insertion.</param>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>Offset of the byte after the last one.</summary>
    public int End => Start + Length;

    /// <summary>Whether the value occurs in the message (<c>null</c> counts as occurring).</summary>
    public bool IsPresent => Length > 0;

    /// <summary>The raw bytes of the value; empty when absent.</summary>
    public ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> message) => message.Slice(Start, Length);

    /// <inheritdoc cref="Slice(ReadOnlySpan{byte})"/>
    public ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> message) => message.Slice(Start, Length);

    /// <summary>The same range in bytes that begin <paramref name="offset"/> bytes earlier. An absent range stays absent.</summary>
    public ByteRange Shift(int offset) => IsPresent ? new ByteRange(Start + offset, Length) : this;

    /// <summary>Whether the value is a JSON string.</summary>
    public bool IsString(ReadOnlySpan<byte> message) => IsPresent && message[Start] == (byte)'"';

    /// <summary>Whether the value is a JSON object.</summary>
    public bool IsObject(ReadOnlySpan<byte> message) => IsPresent && message[Start] == (byte)'{';

    /// <summary>Whether the value is a JSON array.</summary>
    public bool IsArray(ReadOnlySpan<byte> message) => IsPresent && message[Start] == (byte)'[';

    /// <summary>Whether the value is a JSON number.</summary>
    public bool IsNumber(ReadOnlySpan<byte> message) => IsPresent && message[Start] is (byte)'-' or >= (byte)'0' and <= (byte)'9';

    /// <summary>Whether the value is present and <c>null</c>.</summary>
    public bool IsNull(ReadOnlySpan<byte> message) => IsPresent && message[Start] == (byte)'n';

    /// <summary>Whether the value is present and <c>true</c>.</summary>
    public bool IsTrue(ReadOnlySpan<byte> message) => IsPresent && message[Start] == (byte)'t';
}

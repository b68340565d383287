using System.Buffers;
using System.Globalization;
using System.Text;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>
/// Reads and writes JSON strings as bytes. A "token" is the raw text of a well-formed JSON string with its quotes, as a scanner found it.
/// </summary>
/// <remarks>A lone surrogate (<c>"\ud800"</c>), which is legal JSON but no text, decodes to U+FFFD; nothing here throws on it.</remarks>
public static class JsonStringBytes
{
    private static readonly SearchValues<byte> s_escapedWhenWritten = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static c => (byte)c), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<char> s_escapedCharsWhenWritten = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static c => (char)c), '"', '\\']);

    /// <summary>The token without its quotes, escapes as they are.</summary>
    public static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> token) => token[1..^1];

    /// <summary>Whether the token contains escapes; if not, <see cref="Inner"/> is its text.</summary>
    public static bool IsEscaped(ReadOnlySpan<byte> token) => token.Contains((byte)'\\');

    /// <summary>The text of the token as a string.</summary>
    public static string GetString(ReadOnlySpan<byte> token)
    {
        var inner = Inner(token);
        if (!inner.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(inner);
        }

        var rented = ArrayPool<byte>.Shared.Rent(inner.Length);
        var text = Encoding.UTF8.GetString(rented.AsSpan(0, Decode(token, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Writes the text of the token as UTF-8. It is never longer than the token without its quotes.</summary>
    /// <param name="token">The token.</param>
    /// <param name="destination">At least <c>token.Length - 2</c> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> token, Span<byte> destination) => DecodeInner(Inner(token), destination);

    /// <summary>Writes the text of the token as UTF-16.</summary>
    /// <param name="token">The token.</param>
    /// <param name="destination">At least <c>token.Length - 2</c> characters always suffice.</param>
    /// <param name="written">Characters written.</param>
    /// <returns>False when the destination is too small.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> token, Span<char> destination, out int written)
    {
        var inner = Inner(token);
        if (!inner.Contains((byte)'\\'))
        {
            return Encoding.UTF8.TryGetChars(inner, destination, out written);
        }

        var rented = ArrayPool<byte>.Shared.Rent(inner.Length);
        var fits = Encoding.UTF8.TryGetChars(rented.AsSpan(0, Decode(token, rented)), destination, out written);
        ArrayPool<byte>.Shared.Return(rented);
        return fits;
    }

    /// <summary>Whether the token's text is exactly these UTF-8 bytes, however it is escaped.</summary>
    public static bool TextEquals(ReadOnlySpan<byte> token, ReadOnlySpan<byte> utf8) =>
        StartsWith(token, utf8, out var whole) && whole;

    /// <summary>Whether the token's text is exactly these characters, however it is escaped.</summary>
    public static bool TextEquals(ReadOnlySpan<byte> token, ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var equals = TextEquals(token, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return equals;
    }

    /// <summary>Whether the token's text begins with these UTF-8 bytes, however it is escaped.</summary>
    public static bool StartsWith(ReadOnlySpan<byte> token, ReadOnlySpan<byte> utf8) => StartsWith(token, utf8, out _);

    /// <summary>Writes text as a token; only what JSON demands is escaped.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> utf8)
    {
        writer.Write("\""u8);
        WriteInner(writer, utf8);
        writer.Write("\""u8);
    }

    /// <inheritdoc cref="Write(IBufferWriter{byte}, ReadOnlySpan{byte})"/>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<char> text)
    {
        writer.Write("\""u8);
        int at;
        while ((at = text.IndexOfAny(s_escapedCharsWhenWritten)) >= 0)
        {
            Encoding.UTF8.GetBytes(text[..at], writer);
            WriteEscape(writer, (byte)text[at]);
            text = text[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(text, writer);
        writer.Write("\""u8);
    }

    /// <summary>Text as a new token.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(s_escapedCharsWhenWritten))
        {
            var token = new byte[Encoding.UTF8.GetByteCount(text) + 2];
            token[0] = token[^1] = (byte)'"';
            Encoding.UTF8.GetBytes(text, token.AsSpan(1));
            return token;
        }

        var writer = new ArrayBufferWriter<byte>(text.Length + 16);
        Write(writer, text);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Writes text as it stands between the quotes.</summary>
    internal static void WriteInner(IBufferWriter<byte> writer, ReadOnlySpan<byte> utf8)
    {
        int at;
        while ((at = utf8.IndexOfAny(s_escapedWhenWritten)) >= 0)
        {
            writer.Write(utf8[..at]);
            WriteEscape(writer, utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        writer.Write(utf8);
    }

    /// <summary>Unescapes what stands between the quotes.</summary>
    internal static int DecodeInner(ReadOnlySpan<byte> inner, Span<byte> destination)
    {
        var written = 0;
        int at;
        while ((at = inner.IndexOf((byte)'\\')) >= 0)
        {
            inner[..at].CopyTo(destination[written..]);
            written += at;
            var rune = ReadEscape(inner[at..], out var consumed);
            written += rune.EncodeToUtf8(destination[written..]);
            inner = inner[(at + consumed)..];
        }

        inner.CopyTo(destination[written..]);
        return written + inner.Length;
    }

    /// <summary>Reads one escape; a surrogate pair counts as one, a lone surrogate as U+FFFD.</summary>
    internal static Rune ReadEscape(ReadOnlySpan<byte> escape, out int consumed)
    {
        if (escape.Length >= 2 && escape[1] != (byte)'u')
        {
            consumed = 2;
            return new Rune(Unescape(escape[1]));
        }

        if (!TryReadUnit(escape, out var high))
        {
            consumed = escape.Length;
            return Rune.ReplacementChar;
        }

        consumed = 6;
        if (char.IsHighSurrogate(high) && TryReadUnit(escape[6..], out var low) && char.IsLowSurrogate(low))
        {
            consumed = 12;
            return new Rune(high, low);
        }

        return char.IsSurrogate(high) ? Rune.ReplacementChar : new Rune(high);
    }

    /// <summary>Reads a <c>\uXXXX</c> at the beginning.</summary>
    internal static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = default;
        if (escape.Length < 6 || escape[0] != (byte)'\\' || escape[1] != (byte)'u'
            || !ushort.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }

    private static char Unescape(byte escaped) => escaped switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        < 0x80 => (char)escaped,
        _ => '\ufffd',
    };

    private static bool StartsWith(ReadOnlySpan<byte> token, ReadOnlySpan<byte> utf8, out bool whole)
    {
        var inner = Inner(token);
        Span<byte> rune = stackalloc byte[4];
        int at;
        while ((at = inner.IndexOf((byte)'\\')) >= 0 && utf8.Length > at)
        {
            var length = at;
            if (!inner[..at].SequenceEqual(utf8[..at]))
            {
                whole = false;
                return false;
            }

            length += ReadEscape(inner[at..], out var consumed).EncodeToUtf8(rune);
            if (utf8.Length < length || !utf8[at..length].SequenceEqual(rune[..(length - at)]))
            {
                whole = false;
                return false;
            }

            inner = inner[(at + consumed)..];
            utf8 = utf8[length..];
        }

        whole = inner.Length == utf8.Length;
        return inner.StartsWith(utf8);
    }

    private static void WriteEscape(IBufferWriter<byte> writer, byte value)
    {
        switch (value)
        {
            case (byte)'"': writer.Write("\\\""u8); break;
            case (byte)'\\': writer.Write("\\\\"u8); break;
            case (byte)'\n': writer.Write("\\n"u8); break;
            case (byte)'\r': writer.Write("\\r"u8); break;
            case (byte)'\t': writer.Write("\\t"u8); break;
            default:
                writer.Write("\\u00"u8);
                writer.Write([HexDigit(value >> 4), HexDigit(value & 15)]);
                break;
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}

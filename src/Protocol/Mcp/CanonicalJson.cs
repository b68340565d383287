using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// One form for all texts of the same JSON value, and its hash: definitions are pinned by it, and a retry is recognised by it although its
/// client wrote it anew (protocol.md 2.5).
/// </summary>
/// <remarks>
/// No white space; members sorted by the bytes of their names; strings with the least escapes (lone surrogates stay escapes, so that different
/// ones stay different); numbers as digits and a power of ten without needless zeros, whatever their size. Members of the same name stay in
/// their order. The form is our own and not RFC 8785.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>Writes the canonical form.</summary>
    /// <returns>False, and nothing written, when the bytes are not one JSON value in UTF-8 or nested deeper than 128 levels.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> json, IBufferWriter<byte> writer)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EnvelopeScanner.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
            {
                return false;
            }

            Write(document.RootElement, writer);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>SHA-256 of the canonical form.</summary>
    /// <param name="json">A JSON value.</param>
    /// <param name="hash">At least <see cref="HashLength"/> bytes.</param>
    /// <returns>False when there is no canonical form.</returns>
    public static bool TryHash(ReadOnlySpan<byte> json, Span<byte> hash)
    {
        var writer = new ArrayBufferWriter<byte>(Math.Max(json.Length, 256));
        if (!TryWrite(json, writer))
        {
            return false;
        }

        SHA256.HashData(writer.WrittenSpan, hash);
        return true;
    }

    /// <summary>SHA-256 of the canonical form in lower-case hex; null when there is no canonical form.</summary>
    public static string? HashHex(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        return TryHash(json, hash) ? Convert.ToHexStringLower(hash) : null;
    }

    private static void Write(JsonElement element, IBufferWriter<byte> writer)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(element, writer); break;
            case JsonValueKind.Array: WriteArray(element, writer); break;
            case JsonValueKind.String: WriteString(JsonStringBytes.Inner(raw), writer); break;
            case JsonValueKind.Number: CanonicalNumber.Write(raw, writer); break;
            default: writer.Write(raw); break;
        }
    }

    private static void WriteObject(JsonElement element, IBufferWriter<byte> writer)
    {
        var members = new List<(byte[] Name, JsonElement Value)>(element.GetPropertyCount());
        var name = new ArrayBufferWriter<byte>();
        foreach (var property in element.EnumerateObject())
        {
            name.ResetWrittenCount();
            WriteString(JsonMarshal.GetRawUtf8PropertyName(property), name);
            members.Add((name.WrittenSpan.ToArray(), property.Value));
        }

        writer.Write("{"u8);
        var isFirst = true;
        foreach (var (key, value) in members.OrderBy(static m => m.Name, ByteOrder.Instance)) // a stable sort
        {
            writer.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            writer.Write(key);
            writer.Write(":"u8);
            Write(value, writer);
        }

        writer.Write("}"u8);
    }

    private static void WriteArray(JsonElement element, IBufferWriter<byte> writer)
    {
        writer.Write("["u8);
        var isFirst = true;
        foreach (var item in element.EnumerateArray())
        {
            writer.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            Write(item, writer);
        }

        writer.Write("]"u8);
    }

    private static void WriteString(ReadOnlySpan<byte> inner, IBufferWriter<byte> writer)
    {
        writer.Write("\""u8);
        int at;
        Span<byte> utf8 = stackalloc byte[4];
        while ((at = inner.IndexOf((byte)'\\')) >= 0)
        {
            writer.Write(inner[..at]);
            inner = inner[at..];
            var rune = JsonStringBytes.ReadEscape(inner, out var consumed);
            if (consumed == 6 && JsonStringBytes.TryReadUnit(inner, out var unit) && char.IsSurrogate(unit))
            {
                WriteLoneSurrogate(writer, unit);
            }
            else
            {
                JsonStringBytes.WriteInner(writer, utf8[..rune.EncodeToUtf8(utf8)]);
            }

            inner = inner[consumed..];
        }

        writer.Write(inner);
        writer.Write("\""u8);
    }

    private static void WriteLoneSurrogate(IBufferWriter<byte> writer, char unit)
    {
        var span = writer.GetSpan(6);
        System.Text.Encoding.ASCII.GetBytes($"\\u{(int)unit:x4}", span);
        writer.Advance(6);
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}

using System.Buffers;
using System.Text.Json;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Carries out a <see cref="MetaEdit"/>. An existing <c>_meta</c> is written anew as a whole, so that no comma can go wrong.</summary>
internal static class MetaSplice
{
    public static void Apply(SpliceList edits, ReadOnlySpan<byte> source, in Envelope envelope, MetaEdit change)
    {
        if (envelope.Meta.IsPresent)
        {
            Rewrite(edits, envelope.Meta, envelope.Meta.Slice(source), change);
            return;
        }

        if (!SetsAnything(change))
        {
            return;
        }

        edits.Begin();
        if (envelope.Params.IsPresent)
        {
            edits.Write("\"_meta\":"u8);
            WriteNew(edits, change);
            if (!IsEmptyObject(envelope.Params.Slice(source)))
            {
                edits.Write(","u8);
            }

            edits.End(new ByteRange(envelope.Params.Start + 1, 0));
            return;
        }

        edits.Write("\"params\":{\"_meta\":"u8);
        WriteNew(edits, change);
        edits.Write("},"u8); // a message has members
        edits.End(new ByteRange(source.IndexOf((byte)'{') + 1, 0));
    }

    /// <summary>Whether a well-formed object has no members.</summary>
    public static bool IsEmptyObject(ReadOnlySpan<byte> value) => value[1..].TrimStart(" \t\r\n"u8)[0] == (byte)'}';

    private static bool SetsAnything(MetaEdit change)
    {
        for (var i = 0; i < MetaEdit.MemberCount; i++)
        {
            change.Member(i, out var value);
            if (!value.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteNew(SpliceList edits, MetaEdit change)
    {
        edits.Write("{"u8);
        WriteMissing(edits, change, 0u, isFirst: true);
        edits.Write("}"u8);
    }

    private static void Rewrite(SpliceList edits, ByteRange at, ReadOnlySpan<byte> meta, MetaEdit change)
    {
        if (!change.RemoveReserved && !SetsAnything(change))
        {
            return;
        }

        var reader = new Utf8JsonReader(meta, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var done = 0u;
        var isFirst = true;
        edits.Begin();
        edits.Write("{"u8);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var keyStart = (int)reader.TokenStartIndex;
            var key = meta.Slice(keyStart, reader.ValueSpan.Length + 2);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();

            var index = Find(key, change, out var replacement);
            if (replacement.IsEmpty && change.RemoveReserved && JsonStringBytes.StartsWith(key, "io.modelcontextprotocol/"u8))
            {
                continue;
            }

            Separate(edits, ref isFirst);
            edits.Write(key);
            edits.Write(":"u8);
            edits.Write(replacement.IsEmpty ? meta[valueStart..(int)reader.BytesConsumed] : replacement);
            done |= index < 0 ? 0 : 1u << index;
        }

        WriteMissing(edits, change, done, isFirst);
        edits.Write("}"u8);
        edits.End(at);
    }

    private static int Find(ReadOnlySpan<byte> key, MetaEdit change, out ReadOnlySpan<byte> replacement)
    {
        for (var i = 0; i < MetaEdit.MemberCount; i++)
        {
            var name = change.Member(i, out replacement);
            if (!replacement.IsEmpty && JsonStringBytes.TextEquals(key, name))
            {
                return i;
            }
        }

        replacement = default;
        return -1;
    }

    private static void WriteMissing(SpliceList edits, MetaEdit change, uint done, bool isFirst)
    {
        for (var i = 0; i < MetaEdit.MemberCount; i++)
        {
            var name = change.Member(i, out var value);
            if (value.IsEmpty || (done & (1u << i)) != 0)
            {
                continue;
            }

            Separate(edits, ref isFirst);
            JsonStringBytes.Write(edits, name);
            edits.Write(":"u8);
            edits.Write(value);
        }
    }

    private static void Separate(SpliceList edits, ref bool isFirst)
    {
        if (!isFirst)
        {
            edits.Write(","u8);
        }

        isFirst = false;
    }
}

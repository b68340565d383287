using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>An argument that a tool wants repeated in a header (<c>x-mcp-header</c>, protocol.md 1.2).</summary>
/// <param name="Name">What follows <see cref="McpHeaders.ParamPrefix"/>.</param>
/// <param name="Path">Names from <c>arguments</c> down to the argument.</param>
public sealed record ParamHeader(string Name, ImmutableArray<string> Path)
{
    /// <summary>The header's whole name.</summary>
    public string HeaderName { get; } = McpHeaders.ParamPrefix + Name;

    /// <summary>Finds the argument.</summary>
    /// <param name="arguments">The raw <c>arguments</c> object of a scanned message; empty or <c>null</c> when there is none.</param>
    /// <param name="value">The argument in <paramref name="arguments"/>; absent when a step of the path is missing or no object.</param>
    /// <returns>False when a member on the path occurs twice, so that parsers may differ on the argument.</returns>
    public bool TryFind(ReadOnlySpan<byte> arguments, out ByteRange value)
    {
        value = new ByteRange(0, arguments.Length);
        foreach (var name in Path)
        {
            var start = value.Start;
            if (!value.IsObject(arguments))
            {
                value = default;
                return true;
            }

            if (!TryFindMember(value.Slice(arguments), name, out value))
            {
                return false;
            }

            value = value.Shift(start);
        }

        return true;
    }

    private static bool TryFindMember(ReadOnlySpan<byte> obj, string name, out ByteRange value)
    {
        value = default;
        var reader = new Utf8JsonReader(obj, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = obj.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!JsonStringBytes.TextEquals(key, name))
            {
                continue;
            }

            if (value.IsPresent)
            {
                return false;
            }

            value = new ByteRange(start, (int)reader.BytesConsumed - start);
        }

        return true;
    }
}

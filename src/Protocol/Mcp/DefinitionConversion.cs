using System.Buffers;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Makes tool definitions readable for clients of older revisions (protocol.md 2.2).</summary>
public static class DefinitionConversion
{
    /// <summary>Writes the definition without an <c>outputSchema</c> that the client could not read, all else byte for byte.</summary>
    /// <param name="writer">Receives the definition; nothing when the answer is false.</param>
    /// <param name="definition">A tool's definition: one JSON object.</param>
    /// <param name="rule">What the client knows.</param>
    /// <returns>False when the definition may stay as it is.</returns>
    public static bool TryWriteTool(IBufferWriter<byte> writer, ReadOnlySpan<byte> definition, StructuredRule rule)
    {
        // Names are rarely escaped; without either there is no output schema.
        if (rule is StructuredRule.Any || (definition.IndexOf("outputSchema"u8) < 0 && !definition.Contains((byte)'\\')))
        {
            return false;
        }

        var schema = ListSplitter.ReadDefinition(definition, ListKind.Tools).OutputSchema;
        if (!schema.IsPresent || (rule is StructuredRule.ObjectsOnly && IsOfObjects(schema.Slice(definition))))
        {
            return false;
        }

        var cut = MemberCut.Around(definition, schema);
        writer.Write(definition[..cut.Start]);
        writer.Write(definition[cut.End..]);
        return true;
    }

    /// <summary>Whether the schema says <c>"type":"object"</c> itself: clients check that, and do not look into compositions.</summary>
    private static bool IsOfObjects(ReadOnlySpan<byte> schema)
    {
        if (schema[0] != (byte)'{')
        {
            return false;
        }

        var cursor = new JsonCursor(schema, stackalloc byte[6 * 4]);
        cursor.Next();
        while (cursor.NextKey(out var key))
        {
            var isType = key.SequenceEqual("type"u8);
            var value = cursor.ReadValue();
            if (isType)
            {
                return cursor.TokenType is JsonTokenType.String && JsonStringBytes.TextEquals(value.Slice(schema), "object"u8);
            }
        }

        return false;
    }
}

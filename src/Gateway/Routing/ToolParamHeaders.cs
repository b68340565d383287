using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>Finds the arguments that a tool wants repeated in headers (<c>x-mcp-header</c>, 2026-07-28).</summary>
internal static class ToolParamHeaders
{
    /// <param name="definition">The tool's definition, raw.</param>
    /// <returns>Empty for none, and for annotations that break a rule: discovery leaves such tools out.</returns>
    public static ImmutableArray<ParamHeader> Read(ReadOnlySpan<byte> definition)
    {
        // Most tools have none. An annotation spelt with escapes is one too.
        if (definition.IndexOf("x-mcp-header"u8) < 0 && !definition.Contains((byte)'\\'))
        {
            return [];
        }

        var reader = new Utf8JsonReader(definition);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSchema = reader.ValueTextEquals("inputSchema"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isSchema)
            {
                return ParamHeaderReader.TryRead(definition[start..(int)reader.BytesConsumed], out var headers) ? headers : [];
            }
        }

        return [];
    }
}

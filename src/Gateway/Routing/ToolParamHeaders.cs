using System.Collections.Immutable;
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

        var schema = ListSplitter.ReadDefinition(definition, ListKind.Tools).InputSchema;
        return schema.IsPresent && ParamHeaderReader.TryRead(schema.Slice(definition), out var headers) ? headers : [];
    }
}

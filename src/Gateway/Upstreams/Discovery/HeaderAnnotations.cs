using System.Text.Json;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>
/// Checks <c>x-mcp-header</c> in a tool's input schema (protocol.md 1.2). A client over HTTP must leave out a tool whose annotations are
/// wrong; so do we, because our clients would.
/// </summary>
internal static class HeaderAnnotations
{
    private const string Annotation = "x-mcp-header";

    // Values of these are data, not schemas.
    private static readonly HashSet<string> s_data = new(StringComparer.Ordinal) { "default", "const", "enum", "examples", "example" };

    /// <summary>What is wrong with a tool's input schema; null when nothing is.</summary>
    public static string? Check(ReadOnlyMemory<byte> inputSchema)
    {
        // Hardly any tool has annotations, so hardly any schema is parsed. An escaped name is unusual enough to be looked at too.
        if (inputSchema.Span.IndexOf("x-mcp-header"u8) < 0 && inputSchema.Span.IndexOf((byte)'\\') < 0)
        {
            return null;
        }

        using var schema = JsonDocument.Parse(inputSchema, new JsonDocumentOptions { MaxDepth = EnvelopeScanner.MaxDepth });
        return Check(schema.RootElement, reachable: true, isRoot: true, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
    }

    private static string? Check(JsonElement node, bool reachable, bool isRoot, HashSet<string> names)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            return node.EnumerateArray().Select(item => Check(item, reachable: false, isRoot: false, names)).FirstOrDefault(problem => problem is not null);
        }

        if (node.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in node.EnumerateObject())
        {
            var problem = member.Name switch
            {
                Annotation => CheckAnnotation(node, member.Value, reachable && !isRoot, names),
                "properties" when member.Value.ValueKind == JsonValueKind.Object => member.Value.EnumerateObject()
                    .Select(property => Check(property.Value, reachable, isRoot: false, names))
                    .FirstOrDefault(found => found is not null),
                _ => s_data.Contains(member.Name) ? null : Check(member.Value, reachable: false, isRoot: false, names),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? CheckAnnotation(JsonElement node, JsonElement value, bool reachable, HashSet<string> names)
    {
        if (value.ValueKind != JsonValueKind.String || !McpHeaders.IsToken(value.GetString()))
        {
            return $"{Annotation} is not a header name";
        }

        if (!reachable)
        {
            return $"{Annotation} '{value.GetString()}' is not reachable through properties alone";
        }

        if (!node.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() is not ("string" or "integer" or "boolean"))
        {
            return $"{Annotation} '{value.GetString()}' is not on a string, integer or boolean";
        }

        return names.Add(value.GetString()!) ? null : $"{Annotation} '{value.GetString()}' occurs twice";
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Reads the <c>x-mcp-header</c> annotations of a tool's input schema (protocol.md 1.2, 1.3).</summary>
public static class ParamHeaderReader
{
    private const string Annotation = "x-mcp-header";

    /// <summary>Reads the annotations.</summary>
    /// <param name="inputSchema">The raw <c>inputSchema</c> object.</param>
    /// <param name="headers">The annotated arguments; empty when there are none or when they are invalid.</param>
    /// <returns>
    /// False when an annotation breaks a rule, so that the tool must be left out of lists: it stands on a string, integer or boolean that is
    /// reached through <c>properties</c> only; its value is a header token and unique in any letter case.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> inputSchema, out ImmutableArray<ParamHeader> headers)
    {
        headers = [];
        if (inputSchema.IndexOf("x-mcp-header"u8) < 0 && !inputSchema.Contains((byte)'\\'))
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(inputSchema, new JsonReaderOptions { MaxDepth = EnvelopeScanner.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            var found = ImmutableArray.CreateBuilder<ParamHeader>();
            if (!Visit(document.RootElement, [], found)
                || found.DistinctBy(static h => h.Name, StringComparer.OrdinalIgnoreCase).Count() != found.Count)
            {
                return false;
            }

            headers = found.ToImmutable();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for lone surrogates in names
        {
            return false;
        }
    }

    private static bool Visit(JsonElement schema, ImmutableArray<string> path, ImmutableArray<ParamHeader>.Builder found)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return true;
        }

        foreach (var member in schema.EnumerateObject())
        {
            var isValid = member.Name switch
            {
                Annotation => TryAdd(schema, member.Value, path, found),
                "properties" => VisitProperties(member.Value, path, found),
                "enum" or "const" or "default" or "examples" => true, // data, not schemas
                _ => !IsAnnotated(member.Value),
            };
            if (!isValid)
            {
                return false;
            }
        }

        return true;
    }

    private static bool VisitProperties(JsonElement properties, ImmutableArray<string> path, ImmutableArray<ParamHeader>.Builder found) =>
        properties.ValueKind is not JsonValueKind.Object
        || properties.EnumerateObject().All(property => Visit(property.Value, path.Add(property.Name), found));

    private static bool TryAdd(
        JsonElement schema, JsonElement annotation, ImmutableArray<string> path, ImmutableArray<ParamHeader>.Builder found)
    {
        if (path.IsEmpty || annotation.ValueKind is not JsonValueKind.String || !McpHeaders.IsToken(annotation.GetString())
            || !schema.TryGetProperty("type", out var type) || type.ValueKind is not JsonValueKind.String
            || type.GetString() is not ("string" or "integer" or "boolean"))
        {
            return false;
        }

        found.Add(new ParamHeader(annotation.GetString()!, path));
        return true;
    }

    /// <summary>Whether an annotation stands anywhere below, where no chain of <c>properties</c> leads.</summary>
    private static bool IsAnnotated(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(IsAnnotated),
        JsonValueKind.Object => element.EnumerateObject().Any(static member =>
            member.Name is not ("enum" or "const" or "default" or "examples")
            && ((member.Name is Annotation && member.Value.ValueKind is JsonValueKind.String) || IsAnnotated(member.Value))),
        _ => false,
    };
}

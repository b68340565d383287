using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>YAML as JSON, with the types that Kubernetes and Compose read in it.</summary>
internal static class Yaml
{
    private static readonly IDeserializer s_reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    /// <summary>The documents of a stream, empty ones left out.</summary>
    public static IReadOnlyList<JsonNode> Documents(string text)
    {
        // Loaded one by one: a deserializer stops at the first.
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonNode>().Select(Reread)];
    }

    /// <summary>One document, with its merge keys (<c>&lt;&lt;</c>) resolved.</summary>
    public static JsonNode Merged(string text) =>
        Reread(FromObject(s_reader.Deserialize<object>(new MergingParser(new Parser(new StringReader(text))))) ?? throw new InvalidOperationException("Empty YAML"));

    // Numbers that were read from JSON can be taken as any type that they fit in.
    private static JsonNode Reread(JsonNode node) => JsonNode.Parse(node.ToJsonString())!;

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"Unexpected YAML at {node.Start}"),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static JsonNode? FromObject(object? value) => value switch
    {
        null => null,
        IDictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key.ToString()!, FromObject(pair.Value)))),
        IList<object?> list => new JsonArray([.. list.Select(FromObject)]),
        bool truth => JsonValue.Create(truth),
        string text => JsonValue.Create(text),
        IConvertible number => JsonValue.Create(number.ToDouble(CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"Unexpected {value.GetType()} in YAML"),
    };
}

using System.Collections.Immutable;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>The checked values of a body, by the names of its shape. What was not given, or given as null, is null.</summary>
internal sealed class RequestValues(IReadOnlyDictionary<string, object> values)
{
    public static RequestValues None { get; } = new(new Dictionary<string, object>());

    public bool IsEmpty => values.Count == 0;

    public bool Has(string name) => values.ContainsKey(name);

    public string? Text(string name) => (string?)values.GetValueOrDefault(name);

    public int? Number(string name) => (int?)values.GetValueOrDefault(name);

    public bool? Flag(string name) => (bool?)values.GetValueOrDefault(name);

    public T? Choice<T>(string name, Choices<T> choices)
        where T : struct, Enum => values.GetValueOrDefault(name) is string word ? choices.Parse(word) : null;

    /// <summary>A default array when it was not given.</summary>
    public ImmutableArray<string> Texts(string name) => values.GetValueOrDefault(name) is ImmutableArray<string> texts ? texts : default;

    public ImmutableDictionary<string, string>? TextMap(string name) => (ImmutableDictionary<string, string>?)values.GetValueOrDefault(name);

    public RequestValues Object(string name) => (RequestValues?)values.GetValueOrDefault(name) ?? None;

    public ImmutableDictionary<string, RequestValues>? ObjectMap(string name) =>
        (ImmutableDictionary<string, RequestValues>?)values.GetValueOrDefault(name);
}

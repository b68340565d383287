using System.Collections.Frozen;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>What the body of a request may hold.</summary>
/// <param name="name">Of the schema in the OpenAPI document.</param>
/// <param name="wrapper">The body may also be <c>{"&lt;wrapper&gt;": {…}}</c>; null where it may not.</param>
/// <param name="fields">What we understand.</param>
/// <param name="ignored">What ContextForge understands and we lack: named in a <c>Warning</c> header and left out.</param>
internal sealed class RequestShape(string name, string? wrapper, IReadOnlyList<Field> fields, params IReadOnlyList<string> ignored)
{
    private readonly FrozenDictionary<string, Field> _byName = fields.ToFrozenDictionary(field => field.Name);
    private readonly FrozenSet<string> _ignored = ignored.ToFrozenSet();

    public string Name { get; } = name;

    public string? Wrapper { get; } = wrapper;

    public IReadOnlyList<Field> Fields { get; } = fields;

    public Field? Find(string snakeCaseName) => _byName.GetValueOrDefault(snakeCaseName);

    public bool Ignores(string snakeCaseName) => _ignored.Contains(snakeCaseName);
}

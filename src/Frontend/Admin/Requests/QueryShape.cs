using System.Collections.Frozen;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>One parameter of a query string.</summary>
/// <param name="Name">In snake_case; camelCase is understood as well.</param>
internal sealed record QueryField(string Name, FieldKind Kind, string Description)
{
    public Choices? Choices { get; init; }

    /// <summary>For numbers.</summary>
    public int Smallest { get; init; }

    /// <summary>For numbers.</summary>
    public int Largest { get; init; } = int.MaxValue;

    public static QueryField Text(string name, string description) => new(name, FieldKind.Text, description);

    public static QueryField Flag(string name, string description) => new(name, FieldKind.Flag, description);

    public static QueryField Number(string name, int smallest, int largest, string description) =>
        new(name, FieldKind.Number, description) { Smallest = smallest, Largest = largest };

    public static QueryField Choice(string name, Choices choices, string description) => new(name, FieldKind.Choice, description) { Choices = choices };
}

/// <summary>What the query string of a request may hold. Anything else has no effect and is named in the <c>Warning</c> header.</summary>
internal sealed class QueryShape(params IReadOnlyList<QueryField> fields)
{
    private readonly FrozenDictionary<string, QueryField> _byName = fields.ToFrozenDictionary(field => field.Name);

    public static QueryShape None { get; } = new();

    /// <summary>A list: these filters, and which page.</summary>
    public static QueryShape List(params IReadOnlyList<QueryField> filters) =>
        new([.. filters, Limit, QueryField.Text("cursor", "Where the page begins: from the Link header of the page before.")]);

    public static QueryField Limit { get; } =
        QueryField.Number("limit", 1, Abstractions.Administration.PageRequest.MaxLimit, "Items on a page, 1 to 500. Default: 50.");

    public IReadOnlyList<QueryField> Fields { get; } = fields;

    public QueryField? Find(string snakeCaseName) => _byName.GetValueOrDefault(snakeCaseName);
}

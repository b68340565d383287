namespace McpGateway.Frontend.Admin.Requests;

/// <summary>What a field of a request holds.</summary>
internal enum FieldKind
{
    Text,
    Number,
    Flag,

    /// <summary>One word of <see cref="Field.Choices"/>.</summary>
    Choice,

    /// <summary>A list of texts; where <see cref="Field.SplitsText"/> also one text with commas.</summary>
    Texts,

    /// <summary>An object of texts; where <see cref="Field.TakesPairs"/> also a list of <c>{"key": …, "value": …}</c>.</summary>
    TextMap,

    /// <summary>An object of <see cref="Field.Shape"/>.</summary>
    Object,

    /// <summary>An object with free keys, each holding an object of <see cref="Field.Shape"/>.</summary>
    ObjectMap,

    /// <summary>A restriction that we do not have yet: may be given empty only, for leaving it out would lift it unseen.</summary>
    EmptyOnly,
}

/// <summary>One field of a request: checked when read, and described in the OpenAPI document from the same words.</summary>
/// <param name="Name">In snake_case; camelCase is understood as well.</param>
internal sealed record Field(string Name, FieldKind Kind, string Description)
{
    public Choices? Choices { get; init; }

    public RequestShape? Shape { get; init; }

    /// <summary>For lists: one text with commas is a list too.</summary>
    public bool SplitsText { get; init; }

    /// <summary>For maps: a list of key and value is a map too.</summary>
    public bool TakesPairs { get; init; }

    public static Field Text(string name, string description) => new(name, FieldKind.Text, description);

    public static Field Number(string name, string description) => new(name, FieldKind.Number, description);

    public static Field Flag(string name, string description) => new(name, FieldKind.Flag, description);

    public static Field Choice(string name, Choices choices, string description) => new(name, FieldKind.Choice, description) { Choices = choices };

    public static Field Texts(string name, string description) => new(name, FieldKind.Texts, description);

    /// <summary>A list, for which scripts also write one text with commas.</summary>
    public static Field Names(string name, string description) => new(name, FieldKind.Texts, description) { SplitsText = true };

    public static Field TextMap(string name, string description) => new(name, FieldKind.TextMap, description);

    public static Field Object(string name, RequestShape shape, string description) => new(name, FieldKind.Object, description) { Shape = shape };

    public static Field ObjectMap(string name, RequestShape shape, string description) =>
        new(name, FieldKind.ObjectMap, description) { Shape = shape };

    public static Field EmptyOnly(string name, string description) => new(name, FieldKind.EmptyOnly, description);
}

using System.Text.Json.Nodes;
using McpGateway.Frontend.Admin.Requests;
using Microsoft.OpenApi;

namespace McpGateway.Frontend.Admin.OpenApi;

/// <summary>From the shapes that requests are checked against to the schemas that describe them.</summary>
internal static class ShapeSchemas
{
    public static OpenApiRequestBody Body(RequestShape shape) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = Object(shape) } },
        Description = shape.Wrapper is { } wrapper ? $"May also be wrapped: {{\"{wrapper}\": {{…}}}}." : null,
    };

    public static IEnumerable<IOpenApiParameter> Parameters(QueryShape shape) => shape.Fields.Select(field => new OpenApiParameter
    {
        Name = field.Name,
        In = ParameterLocation.Query,
        Description = field.Description,
        Schema = field.Kind switch
        {
            FieldKind.Number => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = field.Smallest.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Maximum = field.Largest.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            FieldKind.Flag => Of(JsonSchemaType.Boolean),
            FieldKind.Choice => Choice(field.Choices!),
            _ => Of(JsonSchemaType.String),
        },
    });

    private static OpenApiSchema Object(RequestShape shape) => new()
    {
        Title = shape.Name,
        Type = JsonSchemaType.Object,
        AdditionalPropertiesAllowed = false,
        Properties = shape.Fields.ToDictionary(field => field.Name, Schema),
    };

    private static IOpenApiSchema Schema(Field field)
    {
        var schema = field.Kind switch
        {
            FieldKind.Text => Of(JsonSchemaType.String),
            FieldKind.Number => Of(JsonSchemaType.Integer),
            FieldKind.Flag => Of(JsonSchemaType.Boolean),
            FieldKind.Choice => Choice(field.Choices!),
            FieldKind.Texts => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(JsonSchemaType.String) },
            FieldKind.TextMap => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Of(JsonSchemaType.String) },
            FieldKind.Object => Object(field.Shape!),
            FieldKind.ObjectMap => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Object(field.Shape!) },
            FieldKind.EmptyOnly => new OpenApiSchema(),
            _ => throw new InvalidOperationException($"No schema for {field.Kind}."),
        };
        schema.Description = field.Description;
        return schema;
    }

    private static OpenApiSchema Choice(Choices choices) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. choices.Words.Select(word => (JsonNode)word)],
    };

    private static OpenApiSchema Of(JsonSchemaType type) => new() { Type = type };
}

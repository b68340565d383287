using System.Text.Json;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>A tool of the catalog.</summary>
internal sealed record ToolAnswer(
    string Id,
    string Name,
    string OriginalName,
    string GatewayId,
    string GatewayName,
    string? Title,
    string? Description,
    JsonElement? InputSchema,
    JsonElement? OutputSchema,
    JsonElement? Annotations,
    bool Enabled,
    bool Available,
    bool Drifted,
    string DefinitionHash,
    string? ApprovedHash,
    JsonElement? PendingDefinition,
    string[] Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    SeriesAnswer? Metrics)
{
    public static ToolAnswer Of(ItemView view, SeriesSummary? metrics)
    {
        var definition = new Definition(view.Definition);
        return new(
            view.Id,
            view.Name,
            view.OriginalName,
            view.GatewayId,
            view.GatewayName,
            view.Title,
            view.Description,
            definition.Part("inputSchema"),
            definition.Part("outputSchema"),
            definition.Part("annotations"),
            view.Enabled,
            view.Available,
            view.Drifted,
            view.DefinitionHash,
            view.ApprovedHash,
            new Definition(view.PendingDefinition).Whole,
            view.Tags.OrEmpty(),
            view.FirstSeen,
            view.UpdatedAt,
            metrics is null ? null : SeriesAnswer.Of(metrics, view.Name));
    }
}

/// <summary>A prompt of the catalog.</summary>
internal sealed record PromptAnswer(
    string Id,
    string Name,
    string OriginalName,
    string GatewayId,
    string GatewayName,
    string? Title,
    string? Description,
    JsonElement? Arguments,
    bool Enabled,
    bool Available,
    bool Drifted,
    string DefinitionHash,
    string? ApprovedHash,
    JsonElement? PendingDefinition,
    string[] Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    SeriesAnswer? Metrics)
{
    public static PromptAnswer Of(ItemView view, SeriesSummary? metrics) => new(
        view.Id,
        view.Name,
        view.OriginalName,
        view.GatewayId,
        view.GatewayName,
        view.Title,
        view.Description,
        new Definition(view.Definition).Part("arguments"),
        view.Enabled,
        view.Available,
        view.Drifted,
        view.DefinitionHash,
        view.ApprovedHash,
        new Definition(view.PendingDefinition).Whole,
        view.Tags.OrEmpty(),
        view.FirstSeen,
        view.UpdatedAt,
        metrics is null ? null : SeriesAnswer.Of(metrics, view.Name));
}

/// <summary>A resource of the catalog, or a resource template: then <see cref="UriTemplate"/> is set instead of <see cref="Uri"/>.</summary>
internal sealed record ResourceAnswer(
    string Id,
    string Name,
    string? Uri,
    string? UriTemplate,
    string GatewayId,
    string GatewayName,
    string? Title,
    string? Description,
    string? MimeType,
    bool Enabled,
    bool Available,
    bool Drifted,
    string DefinitionHash,
    string? ApprovedHash,
    JsonElement? PendingDefinition,
    string[] Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    SeriesAnswer? Metrics)
{
    public static ResourceAnswer Of(ItemView view, SeriesSummary? metrics)
    {
        var definition = new Definition(view.Definition);
        var isTemplate = view.Kind == ItemKind.ResourceTemplate;
        return new(
            view.Id,
            definition.Text("name") ?? view.Name,
            isTemplate ? null : view.OriginalName,
            isTemplate ? view.OriginalName : null,
            view.GatewayId,
            view.GatewayName,
            view.Title,
            view.Description,
            definition.Text("mimeType"),
            view.Enabled,
            view.Available,
            view.Drifted,
            view.DefinitionHash,
            view.ApprovedHash,
            new Definition(view.PendingDefinition).Whole,
            view.Tags.OrEmpty(),
            view.FirstSeen,
            view.UpdatedAt,
            metrics is null ? null : SeriesAnswer.Of(metrics, view.Name));
    }
}

/// <summary>Reads single parts of a definition, which is the upstream's text and may be anything.</summary>
internal readonly struct Definition
{
    private readonly JsonElement _root;

    public Definition(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            _root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Discovery keeps no such text; an answer without its parts is better than none.
            _root = default;
        }
    }

    public JsonElement? Whole => _root.ValueKind == JsonValueKind.Object ? _root : null;

    public JsonElement? Part(string name) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var part) ? part : null;

    public string? Text(string name) => Part(name) is { ValueKind: JsonValueKind.String } part ? part.GetString() : null;
}

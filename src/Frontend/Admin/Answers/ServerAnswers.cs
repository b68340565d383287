using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>A virtual server.</summary>
internal sealed record ServerAnswer
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }

    /// <summary>Names as clients see them, in the order of the list.</summary>
    public required string[] AssociatedTools { get; init; }
    public required string[] AssociatedToolIds { get; init; }
    public required string[] AssociatedResources { get; init; }
    public required string[] AssociatedPrompts { get; init; }
    public required string[] AssociatedGateways { get; init; }
    public required string[] AssociatedTags { get; init; }

    /// <summary>Tool id → another name or description inside this virtual server.</summary>
    public required IReadOnlyDictionary<string, ToolOverrideAnswer> Tools { get; init; }
    public required string[] Tags { get; init; }
    public required string Visibility { get; init; }
    public string? TeamId { get; init; }
    public required string OwnerId { get; init; }
    public bool Anonymous { get; init; }
    public bool Enabled { get; init; }
    public string? Instructions { get; init; }
    public string? Separator { get; init; }
    public required EndpointsAnswer Endpoints { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public int Version { get; init; }

    public static ServerAnswer Of(ServerView view, string baseUrl) => new()
    {
        Id = view.Id,
        Name = view.Name,
        Description = view.Description,
        AssociatedTools = view.Tools.OrEmpty(),
        AssociatedToolIds = view.ToolIds.OrEmpty(),
        AssociatedResources = view.Resources.OrEmpty(),
        AssociatedPrompts = view.Prompts.OrEmpty(),
        AssociatedGateways = view.Gateways.OrEmpty(),
        AssociatedTags = view.ItemTags.OrEmpty(),
        Tools = view.Overrides.ToDictionary(pair => pair.Key, pair => new ToolOverrideAnswer(pair.Value.Name, pair.Value.Description)),
        Tags = view.Tags.OrEmpty(),
        Visibility = Words.Visibility[view.Visibility],
        TeamId = view.TeamId,
        OwnerId = view.OwnerId,
        Anonymous = view.Anonymous,
        Enabled = view.Enabled,
        Instructions = view.Instructions,
        Separator = view.Separator,
        Endpoints = EndpointsAnswer.Of(view.Id, baseUrl),
        CreatedAt = view.CreatedAt,
        UpdatedAt = view.UpdatedAt,
        Version = view.Version,
    };
}

internal sealed record ToolOverrideAnswer(string? Name, string? Description);

/// <summary>Where clients connect to.</summary>
internal sealed record EndpointsAnswer(string Mcp, string Sse)
{
    public static EndpointsAnswer Of(string serverId, string baseUrl) => new($"{baseUrl}/servers/{serverId}/mcp", $"{baseUrl}/servers/{serverId}/sse");
}

/// <summary>A tool, prompt or resource as a virtual server exposes it.</summary>
/// <param name="Name">Name or URI as clients see it.</param>
/// <param name="OriginalName">The MCP server's own.</param>
/// <param name="Definition">The definition that is served, before name and description are overridden.</param>
internal sealed record ExposedAnswer(
    string Id, string Kind, string Name, string OriginalName, string GatewayId, string? GatewayName, string? Description, JsonElement? Definition);

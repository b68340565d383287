using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using Orleans;

namespace McpGateway.Abstractions.VirtualServers;

/// <summary>What a catalog item is.</summary>
[GenerateSerializer]
public enum ItemKind
{
    Tool,
    Prompt,
    Resource,
    ResourceTemplate,
}

/// <summary>Another name or description for one tool inside one virtual server. Null leaves the upstream's.</summary>
[GenerateSerializer, Immutable]
public sealed record ItemOverride(string? Name, string? Description);

/// <summary>
/// What the API is given to create or change a virtual server. Null (or a default array) means "not given". Items are named by id, by
/// their name in the catalog (<c>upstream-tool</c>), or by their original name or URI where only one item has it.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record ServerInput
{
    [Id(0)] public string? Name { get; init; }
    [Id(1)] public string? Description { get; init; }
    [Id(2)] public ImmutableArray<string> Tools { get; init; }
    [Id(3)] public ImmutableArray<string> Resources { get; init; }
    [Id(4)] public ImmutableArray<string> Prompts { get; init; }

    /// <summary>Upstreams (id or name) of which everything is included, now and later.</summary>
    [Id(5)] public ImmutableArray<string> Gateways { get; init; }

    /// <summary>Everything that carries one of these tags is included, now and later.</summary>
    [Id(6)] public ImmutableArray<string> ItemTags { get; init; }
    [Id(7)] public ImmutableDictionary<string, ItemOverride>? Overrides { get; init; }
    [Id(8)] public ImmutableArray<string> Tags { get; init; }
    [Id(9)] public Visibility? Visibility { get; init; }
    [Id(10)] public string? TeamId { get; init; }
    [Id(11)] public bool? Anonymous { get; init; }
    [Id(12)] public bool? Enabled { get; init; }
    [Id(13)] public string? Instructions { get; init; }

    /// <summary>Between upstream and tool in names: one of <c>-</c>, <c>_</c>, <c>.</c>, <c>__</c>. Default: the gateway's setting.</summary>
    [Id(14)] public string? Separator { get; init; }
}

/// <summary>A virtual server as the API shows it.</summary>
[GenerateSerializer, Immutable]
public sealed record ServerView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public string? Description { get; init; }

    /// <summary>Exposed names of the tools, in the order of <c>tools/list</c>.</summary>
    [Id(3)] public ImmutableArray<string> Tools { get; init; }
    [Id(4)] public ImmutableArray<string> ToolIds { get; init; }
    [Id(5)] public ImmutableArray<string> Resources { get; init; }
    [Id(6)] public ImmutableArray<string> Prompts { get; init; }
    [Id(7)] public ImmutableArray<string> Gateways { get; init; }
    [Id(8)] public ImmutableArray<string> ItemTags { get; init; }

    /// <summary>Item id → override.</summary>
    [Id(9)] public required ImmutableDictionary<string, ItemOverride> Overrides { get; init; }
    [Id(10)] public ImmutableArray<string> Tags { get; init; }
    [Id(11)] public Visibility Visibility { get; init; }
    [Id(12)] public string? TeamId { get; init; }
    [Id(13)] public required string OwnerId { get; init; }
    [Id(14)] public bool Anonymous { get; init; }
    [Id(15)] public bool Enabled { get; init; }
    [Id(16)] public string? Instructions { get; init; }
    [Id(17)] public string? Separator { get; init; }
    [Id(18)] public DateTimeOffset CreatedAt { get; init; }
    [Id(19)] public DateTimeOffset UpdatedAt { get; init; }
    [Id(20)] public int Version { get; init; }
}

/// <summary>Which virtual servers a list shows.</summary>
[GenerateSerializer, Immutable]
public sealed record ServerQuery(string? Search, string? Tag, string? TeamId, bool? Enabled);

/// <summary>A catalog item as the API shows it.</summary>
[GenerateSerializer, Immutable]
public sealed record ItemView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public ItemKind Kind { get; init; }

    /// <summary>Name in the catalog: upstream's slug, separator, original name (≤ 64 characters). For resources the URI.</summary>
    [Id(2)] public required string Name { get; init; }

    /// <summary>The upstream's own name (tools, prompts), URI or URI template.</summary>
    [Id(3)] public required string OriginalName { get; init; }
    [Id(4)] public required string GatewayId { get; init; }
    [Id(5)] public required string GatewayName { get; init; }
    [Id(6)] public string? Title { get; init; }
    [Id(7)] public string? Description { get; init; }

    /// <summary>The definition that is served, raw JSON as the upstream wrote it.</summary>
    [Id(8)] public ReadOnlyMemory<byte> Definition { get; init; }
    [Id(9)] public bool Enabled { get; init; }

    /// <summary>False while the upstream no longer lists it.</summary>
    [Id(10)] public bool Available { get; init; }
    [Id(11)] public ImmutableArray<string> Tags { get; init; }

    /// <summary>True when the upstream's text differs from the approved one in more than its form, or none is approved.</summary>
    [Id(12)] public bool Drifted { get; init; }
    [Id(13)] public DateTimeOffset FirstSeen { get; init; }
    [Id(14)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Hex SHA-256 of what the upstream says now: what an approval approves.</summary>
    [Id(15)] public string DefinitionHash { get; init; } = "";

    /// <summary>Hex SHA-256 of the approved definition; null after its approval was withdrawn.</summary>
    [Id(16)] public string? ApprovedHash { get; init; }

    /// <summary>
    /// What the upstream says now, raw JSON, where it has drifted: the text to review. Empty in lists, and for callers that may not
    /// approve it, because an unapproved text is kept from whoever might act on it.
    /// </summary>
    [Id(17)] public ReadOnlyMemory<byte> PendingDefinition { get; init; }
}

/// <summary>Which catalog items a list shows.</summary>
[GenerateSerializer, Immutable]
public sealed record ItemQuery(
    ItemKind Kind, string? GatewayId, string? Search, string? Tag, bool? Enabled, bool IncludeUnavailable);

/// <summary>What may be changed of a catalog item.</summary>
[GenerateSerializer, Immutable]
public sealed record ItemInput(bool? Enabled, ImmutableArray<string> Tags);

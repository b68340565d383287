using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Storage.Queries;

/// <summary>An item that is enabled, available and not blocked, with what its upstream adds. Column by column, so that no text is read in vain.</summary>
public sealed record ServedItem
{
    public required string Id { get; init; }

    public required ItemKind Kind { get; init; }

    public required string OriginalName { get; init; }

    public required string CatalogName { get; init; }

    public required int Position { get; init; }

    /// <summary>The definition that is served: the approved one, or the current one under <see cref="DriftPolicy.Observe"/>.</summary>
    public required string ServedHash { get; init; }

    public required string UpstreamId { get; init; }

    public required string UpstreamName { get; init; }

    public required string UpstreamSlug { get; init; }

    /// <summary>The upstream's, as are <see cref="TeamId"/> and <see cref="OwnerId"/>.</summary>
    public required Visibility Visibility { get; init; }

    public required string? TeamId { get; init; }

    public required string OwnerId { get; init; }
}

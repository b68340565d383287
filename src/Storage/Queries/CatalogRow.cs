using McpGateway.Storage.Model;

namespace McpGateway.Storage.Queries;

/// <summary>An item with its upstream: a step of queries, which select from it what they need.</summary>
public sealed class CatalogRow
{
    public required ItemEntity Item { get; init; }

    public required UpstreamEntity Upstream { get; init; }
}

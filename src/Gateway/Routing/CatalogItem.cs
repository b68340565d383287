using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Gateway.Routing;

/// <summary>A catalog item as the compilation of a virtual server takes it.</summary>
/// <param name="ItemId">Its id; ids grow with time, so the smallest is the oldest.</param>
/// <param name="OriginalName">The upstream's name, URI or URI template.</param>
/// <param name="DefinitionHash">Which definition is served.</param>
/// <param name="Visibility">Of its upstream, as are <paramref name="TeamId"/> and <paramref name="OwnerId"/>.</param>
public sealed record CatalogItem(
    ItemKind Kind,
    string ItemId,
    string UpstreamId,
    string UpstreamSlug,
    string OriginalName,
    string DefinitionHash,
    Visibility Visibility,
    string? TeamId,
    string OwnerId);

using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>A tool, prompt, resource or template as its upstream listed it.</summary>
/// <param name="Name">Name, URI or URI template.</param>
/// <param name="Json">The definition's bytes as they came.</param>
/// <param name="Hash">Hex SHA-256 of <paramref name="Json"/>.</param>
/// <param name="CanonicalHash">The same for texts that differ only in white space, escapes or order of members.</param>
/// <param name="Position">Place in the upstream's list of this kind.</param>
public sealed record DiscoveredItem(
    ItemKind Kind, string Name, string? Title, string? Description, ReadOnlyMemory<byte> Json, string Hash, string CanonicalHash, int Position);

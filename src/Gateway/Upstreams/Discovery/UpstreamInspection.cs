using System.Collections.Immutable;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Everything that was found out about an upstream, or why it was not.</summary>
/// <param name="Verdict">Null when no conversation could be opened.</param>
/// <param name="Items">Complete when <paramref name="Failure"/> is null, else empty.</param>
/// <param name="Oddities">Items that were left out, and why; for the upstream's log.</param>
public sealed record UpstreamInspection(
    UpstreamVerdict? Verdict, ImmutableArray<DiscoveredItem> Items, ImmutableArray<string> Oddities, UpstreamFailure? Failure)
{
    internal static UpstreamInspection Failed(UpstreamFailure failure, UpstreamVerdict? verdict = null) => new(verdict, [], [], failure);
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>What a client's stream shall hear over one upstream connection.</summary>
/// <param name="Key">Key of the connection.</param>
/// <param name="Resources">The upstream's URI to the one that the client sees.</param>
/// <param name="Notices">Log messages and the status of tasks that belong to no call.</param>
/// <param name="Questions">Requests to the client that belong to no call.</param>
/// <param name="OnlyListener">See <see cref="WatchRequest.OnlyListener"/>.</param>
internal sealed record ConnectionWish(
    string Key, ImmutableSortedDictionary<string, string> Resources, bool Notices, bool Questions = false, string? OnlyListener = null)
{
    public WatchRequest Request => new([.. Resources.Keys], Notices, Questions, OnlyListener);

    /// <summary>True when it takes no other watch.</summary>
    public bool IsSameAs(ConnectionWish other) =>
        Key == other.Key && Notices == other.Notices && Questions == other.Questions && Resources.Count == other.Resources.Count
        && Resources.All(resource => other.Resources.GetValueOrDefault(resource.Key) == resource.Value);
}

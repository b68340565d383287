using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Changes;

/// <summary>What a feed entry is about.</summary>
[GenerateSerializer]
public enum ChangeKind
{
    /// <summary>An upstream's settings, state or verdict. Key: upstream id.</summary>
    Upstream,

    /// <summary>Definitions of an upstream: discovered, changed, enabled, tagged. Key: upstream id.</summary>
    Catalog,

    /// <summary>A virtual server was created, edited or deleted. Key: virtual server id.</summary>
    VirtualServer,

    /// <summary>A token was made, changed or revoked. Key: token id.</summary>
    Token,

    /// <summary>A user's rights changed (user, team, role). Key: user id.</summary>
    Principal,

    /// <summary>A legacy session was ended. Key: session key.</summary>
    Session,

    /// <summary>An upstream said that its lists changed, and nothing was found to be different. Key: <see cref="Upstreams.ListAnnouncement"/>.</summary>
    Announcement,

    /// <summary>What a legacy session wants to hear of changed, and which node has its event stream is not known. Key: session key.</summary>
    SessionInterests,
}

/// <summary>One entry of the feed. Ids grow in commit order and are never reused.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Change(long Id, ChangeKind Kind, string Key);

/// <summary>What the feed says at once: new entries in order, or none, which is the heartbeat.</summary>
/// <param name="LastId">The newest id the feed has given, also when <paramref name="Changes"/> is empty.</param>
/// <param name="Reset">True when entries before these may have been missed: drop everything cached.</param>
[GenerateSerializer, Immutable]
public sealed record ChangeBatch(long LastId, bool Reset, ImmutableArray<Change> Changes);

/// <summary>The change feed: tails the feed table and tells every node. One activation, key <see cref="Key"/>.</summary>
[Alias("IChangesGrain")]
public interface IChangesGrain : IGatewayGrain
{
    /// <summary>The only key.</summary>
    public const string Key = "feed";

    /// <summary>
    /// Everything after <paramref name="after"/> (-1: from now on), then what comes, with a heartbeat each second. The first item always
    /// comes at once. Where older entries are gone the first item says <see cref="ChangeBatch.Reset"/>.
    /// </summary>
    IAsyncEnumerable<ChangeBatch> WatchAsync(long after, CancellationToken cancellationToken);

    /// <summary>Looks at the table now instead of at the next tick (500 ms). Called after every commit that wrote a feed row.</summary>
    ValueTask NudgeAsync();
}

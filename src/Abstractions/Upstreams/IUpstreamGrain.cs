using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>The one owner of an upstream's era verdict, discovery, refresh and health. Its key is the upstream's id.</summary>
[Alias("IUpstreamGrain")]
public interface IUpstreamGrain : IGatewayGrain
{
    /// <summary>Starts refreshing and health checks where they do not run yet. Idempotent; unknown ids are ignored.</summary>
    ValueTask WakeAsync();

    /// <summary>The settings changed, or the upstream was deleted: reads them again and discovers anew.</summary>
    ValueTask ReconfigureAsync();

    /// <summary>What nodes need to call it; null for an unknown id.</summary>
    ValueTask<UpstreamRoute?> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Discovers once more (joining a discovery that runs) and answers with the state when it is over; at most one item.</summary>
    IAsyncEnumerable<UpstreamStatus> RefreshAsync(CancellationToken cancellationToken);

    /// <summary>The state at this moment, then each change of it.</summary>
    IAsyncEnumerable<UpstreamStatus> WatchAsync(CancellationToken cancellationToken);

    /// <summary>A caller could not reach it, or it may not be what it was: look soon. Coalesced to one look a second.</summary>
    ValueTask SuspectAsync(string reason);

    /// <summary>
    /// It said that these lists changed: look soon, as for <see cref="SuspectAsync"/>. Clients are told even where the look finds no
    /// difference: what an upstream announces is its own business.
    /// </summary>
    ValueTask AnnounceAsync(ChangedLists lists);

    /// <summary>Lines of its processes' standard error, oldest first: the last 500 are kept.</summary>
    ValueTask<ImmutableArray<UpstreamLogLine>> ReadLogAsync(CancellationToken cancellationToken);

    /// <summary>A connection passes on lines of its process's standard error.</summary>
    ValueTask WriteLogAsync(ImmutableArray<UpstreamLogLine> lines);

    /// <summary>
    /// A connection is open under these settings. It is closed through <see cref="IConnectionGrain.CloseAsync"/> when they change or the
    /// upstream is switched off or deleted. Repeated now and then, so that nothing is lost when this grain moves.
    /// </summary>
    /// <param name="connectionKey">A <see cref="ConnectionKey"/>.</param>
    /// <param name="settings">Stamp of the settings that the connection was opened with.</param>
    /// <returns>False when they are no longer right: the connection has to end.</returns>
    ValueTask<bool> AttachAsync(string connectionKey, string settings);

    /// <summary>A connection has ended.</summary>
    ValueTask DetachAsync(string connectionKey);
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Dashboard.Authentication;

namespace McpGateway.Dashboard.Cluster;

/// <summary>What the overview asks of the grains, in the name of the signed-in user.</summary>
internal sealed class OverviewClient(IGrains grains, CurrentUser user)
{
    private ICatalogGrain Catalog => grains.Get<ICatalogGrain>(GrainKeys.Worker);

    /// <summary>True when the user sees everybody's calls; else only their own.</summary>
    public bool SeesAllCalls => user.Rights is { } rights && (rights.IsAdministrator || rights.Has(Permissions.MetricsRead));

    public ValueTask<Outcome<CatalogCounts>> CountAsync(CancellationToken cancellationToken) =>
        Catalog.CountAsync(user.ToCaller(), cancellationToken);

    public ValueTask<Outcome<Page<UpstreamView>>> ListUpstreamsAsync(CancellationToken cancellationToken) =>
        Catalog.ListUpstreamsAsync(
            user.ToCaller(), new UpstreamQuery(null, null, null, null, null, null), new PageRequest(PageRequest.MaxLimit), cancellationToken);

    public ValueTask<Outcome<Page<ServerView>>> ListServersAsync(CancellationToken cancellationToken) =>
        Catalog.ListServersAsync(
            user.ToCaller(), new ServerQuery(null, null, null, null), new PageRequest(PageRequest.MaxLimit), cancellationToken);

    /// <summary>Use of these virtual servers since the beginning; none for a user who may not read metrics.</summary>
    public async ValueTask<ImmutableArray<SeriesSummary>> SummarizeServersAsync(ImmutableArray<string> ids, CancellationToken cancellationToken) =>
        ids.IsDefaultOrEmpty || !SeesAllCalls
            ? []
            : await grains.Get<IMetricsGrain>(GrainKeys.Worker)
                .SummarizeAsync(new MetricsQuery(SeriesKind.VirtualServer, ids, null, ids.Length), cancellationToken);

    public IAsyncEnumerable<ChangeBatch> WatchChangesAsync(CancellationToken cancellationToken) =>
        grains.Get<IChangesGrain>(IChangesGrain.Key).WatchAsync(-1, cancellationToken);

    /// <summary>The last calls that the user may see, then what comes.</summary>
    public async IAsyncEnumerable<ImmutableArray<CallReport>> WatchCallsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = grains.Get<ILiveCallsGrain>(ILiveCallsGrain.Key).WatchAsync(cancellationToken);
        await foreach (var calls in stream.WithCancellation(cancellationToken))
        {
            yield return SeesAllCalls ? calls : calls.RemoveAll(call => !IsOwn(call));
        }
    }

    private bool IsOwn(CallReport call) =>
        user.Rights is { } rights
        && (string.Equals(call.Principal, rights.PrincipalId, StringComparison.Ordinal)
            || string.Equals(call.Principal, rights.PrincipalName, StringComparison.Ordinal));
}

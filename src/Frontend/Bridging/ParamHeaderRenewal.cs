using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridging;

/// <summary>
/// An upstream refused the headers that we made of a tool's arguments: its annotations may have changed since it was discovered. It is
/// discovered anew, once for any number of calls, and the new annotations are waited for.
/// </summary>
internal sealed partial class ParamHeaderRenewal(IGrains grains, ServerTable servers, TimeProvider time, ILogger<ParamHeaderRenewal> logger)
{
    private static readonly TimeSpan s_discovery = TimeSpan.FromSeconds(20);

    // From the end of a discovery until this node has the new model.
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(3);

    // By route: it is replaced with the model, so an upstream that refuses everything is not discovered again for every call.
    private readonly ConditionalWeakTable<ItemRoute, Lazy<Task<ImmutableArray<ParamHeader>>>> _renewals = [];

    /// <summary>The annotations of the called tool as they are now; the same when nothing else is known.</summary>
    public Task<ImmutableArray<ParamHeader>> RenewAsync(UpstreamCall call)
    {
        var (serverId, route) = (call.Exchange.Server.Header.ServerId, call.Route!);
        return _renewals.GetValue(route, key => new Lazy<Task<ImmutableArray<ParamHeader>>>(() => RenewAsync(serverId, key))).Value;
    }

    /// <summary>Says that the upstream is to be looked at: for clients who make the headers themselves, of a list that has to be renewed.</summary>
    public ValueTask SuspectAsync(UpstreamCall call) =>
        grains.Get<IUpstreamGrain>(call.Link.Route.Id).SuspectAsync("It refused the headers of a call.");

    public static bool AreSame(ImmutableArray<ParamHeader> one, ImmutableArray<ParamHeader> other) =>
        one.Length == other.Length
        && one.Zip(other).All(static pair => string.Equals(pair.First.Name, pair.Second.Name, StringComparison.Ordinal) && pair.First.Path.SequenceEqual(pair.Second.Path));

    private async Task<ImmutableArray<ParamHeader>> RenewAsync(string serverId, ItemRoute route)
    {
        var changed = new TaskCompletionSource<ImmutableArray<ParamHeader>>(TaskCreationOptions.RunContinuationsAsynchronously);
        servers.Replaced += Look;
        try
        {
            await DiscoverAsync(route.Entry.UpstreamId);
            Look(null, servers.Peek(serverId));
            return await changed.Task.WaitAsync(s_arrival, time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException || GrainFailure.IsTransient(exception))
        {
            LogUnchanged(logger, exception, route.Entry.OriginalName);
            return route.ParamHeaders;
        }
        finally
        {
            servers.Replaced -= Look;
        }

        void Look(ServerModel? before, ServerModel? after)
        {
            if (string.Equals(after?.Header.ServerId, serverId, StringComparison.Ordinal)
                && Find(after!, route.Entry) is { } now
                && !AreSame(now.ParamHeaders, route.ParamHeaders))
            {
                changed.TrySetResult(now.ParamHeaders);
            }
        }
    }

    private static ItemRoute? Find(ServerModel server, SnapshotEntry entry) =>
        server.Tools.Find(entry.ExposedName) is { } route && string.Equals(route.Entry.ItemId, entry.ItemId, StringComparison.Ordinal) ? route : null;

    private async Task DiscoverAsync(string upstreamId)
    {
        using var patience = new CancellationTokenSource(s_discovery, time);
        await foreach (var _ in grains.Get<IUpstreamGrain>(upstreamId).RefreshAsync(patience.Token))
        {
            // The end of the stream is the end of the discovery.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "An upstream refused the headers of tool {Tool}, and its definition has not changed")]
    private static partial void LogUnchanged(ILogger logger, Exception exception, string tool);
}

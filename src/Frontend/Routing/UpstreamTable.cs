using System.Collections.Concurrent;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Overload;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Upstreams;

namespace McpGateway.Frontend.Routing;

/// <summary>The upstreams this node calls, asked of their grains once and again when the feed names them.</summary>
internal sealed class UpstreamTable(IGrains grains, UpstreamHeaders headers, UpstreamHttp http, NodeGate gate, CallMeter meter, FeedStatus feed) : IFeedCache
{
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <summary>The upstream; null when it is unknown. Costs a look-up when warm.</summary>
    public ValueTask<UpstreamLink?> GetAsync(string upstreamId, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(upstreamId, static (_, gate) => new Slot(gate.Add()), gate);
        return slot.Link is { } link && !slot.IsStale
            ? new ValueTask<UpstreamLink?>(link)
            : new ValueTask<UpstreamLink?>(LoadAsync(upstreamId, slot, cancellationToken));
    }

    /// <summary>All upstreams that this node has called.</summary>
    public IEnumerable<UpstreamLink> Links => _slots.Select(static entry => entry.Value.Link).OfType<UpstreamLink>();

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.Upstream && _slots.TryGetValue(change.Key, out var slot))
        {
            slot.IsStale = true;
        }
    }

    public void Reset()
    {
        foreach (var slot in _slots.Values)
        {
            slot.IsStale = true;
        }
    }

    private async Task<UpstreamLink?> LoadAsync(string upstreamId, Slot slot, CancellationToken cancellationToken)
    {
        await slot.Loading.WaitAsync(cancellationToken);
        try
        {
            if (slot.Link is { } current && !slot.IsStale)
            {
                return current;
            }

            slot.IsStale = false;
            return slot.Link = await ReadAsync(upstreamId, slot, cancellationToken);
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception) && slot.Link is { } old && !feed.IsLive)
        {
            // The grain cannot be asked: what is known is used on, and asked for again next time.
            slot.IsStale = true;
            return old;
        }
        catch
        {
            slot.IsStale = true;
            throw;
        }
        finally
        {
            slot.Loading.Release();
        }
    }

    private async Task<UpstreamLink?> ReadAsync(string upstreamId, Slot slot, CancellationToken cancellationToken)
    {
        var route = await grains.Get<IUpstreamGrain>(upstreamId).DescribeAsync(cancellationToken);
        if (route is null)
        {
            http.Forget(upstreamId);
            _slots.TryRemove(upstreamId, out _);
            return null;
        }

        gate.Configure(slot.Gate, route);
        if (slot.Link is { } before && SameConnection(before.Route, route))
        {
            return before.With(route);
        }

        return new UpstreamLink(route, headers.Open(route) ?? [], meter.For(SeriesKind.Upstream, route.Id, route.Name), slot.Gate);
    }

    /// <summary>True when upstream sessions opened under the one description are good under the other.</summary>
    private static bool SameConnection(UpstreamRoute before, UpstreamRoute after) =>
        before.Transport == after.Transport
        && before.Era == after.Era
        && before.RequiresSession == after.RequiresSession
        && before.Sharing == after.Sharing
        && string.Equals(before.Url, after.Url, StringComparison.Ordinal)
        && before.SealedHeaders.Span.SequenceEqual(after.SealedHeaders.Span);

    /// <param name="gate">Outlives the description: calls that run go on holding their places.</param>
    private sealed class Slot(UpstreamGate gate)
    {
        private volatile UpstreamLink? _link;
        private volatile bool _isStale;

        public UpstreamGate Gate => gate;

        public SemaphoreSlim Loading { get; } = new(1);

        public UpstreamLink? Link
        {
            get => _link;
            set => _link = value;
        }

        public bool IsStale
        {
            get => _isStale;
            set => _isStale = value;
        }
    }
}

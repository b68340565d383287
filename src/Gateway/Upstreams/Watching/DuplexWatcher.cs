using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Discovery;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Over a process or an SSE stream of the legacy era, beside its calls.</summary>
internal sealed class DuplexWatcher(DuplexClient duplex, TimeSpan patience, TimeProvider time, WatchEvents events) : ResourceWatcher(events)
{
    private readonly Subscriptions _subscriptions = new(new DuplexUpstreamClient(duplex, patience, time, owns: false));

    public override Task<UpstreamFailure> Ended => duplex.Ended;

    public override Task<IReadOnlyDictionary<string, WatchRefusal>> TellOfAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken) =>
        _subscriptions.SetAsync(uris, cancellationToken);

    public override ValueTask DisposeAsync() => default;
}

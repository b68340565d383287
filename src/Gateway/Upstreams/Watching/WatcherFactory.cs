using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Makes the watcher that an upstream's generation and transport want.</summary>
public sealed class WatcherFactory(McpHttpExchange exchange, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private TimeSpan Patience => options.Value.DiscoveryTimeout;

    /// <summary>For a Streamable HTTP upstream.</summary>
    /// <exception cref="UpstreamException">Its event stream could not be opened.</exception>
    public async Task<ResourceWatcher> OpenAsync(
        UpstreamTarget target, Era era, UpstreamSession session, WatchEvents events, CancellationToken cancellationToken)
    {
        if (era == Era.Modern)
        {
            return new HttpListenWatcher(exchange, target.Endpoint, Patience, time, events);
        }

        var version = UpstreamConnector.HeaderVersion(session.ProtocolVersion);
        try
        {
            var stream = await exchange.OpenSessionStreamAsync(target.Endpoint, version, session.SessionId, cancellationToken);
            return new SessionWatcher(stream, new HttpUpstreamClient(exchange, target.Endpoint, Patience, session.SessionId, version), events);
        }
        catch (UpstreamException failed) when (failed.Failure is { HttpStatus: 404 or 405 or 501, Fault: not UpstreamFault.SessionLost })
        {
            return new DeafWatcher(events);
        }
    }

    /// <summary>For a process or an SSE stream.</summary>
    public ResourceWatcher Open(DuplexClient duplex, Era era, WatchEvents events) => era == Era.Modern
        ? new DuplexListenWatcher(duplex, Patience, time, events)
        : new DuplexWatcher(duplex, Patience, time, events);
}

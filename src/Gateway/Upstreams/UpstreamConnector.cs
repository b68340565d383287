using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Gateway.Upstreams.Stdio;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams;

/// <summary>A session that an HTTP upstream opened for us.</summary>
/// <param name="SessionId">Null where it has no sessions.</param>
public sealed record UpstreamSession(string? SessionId, string ProtocolVersion);

/// <summary>Opens and ends connections for calls. Who owns one, and for how long, is not decided here.</summary>
public sealed class UpstreamConnector
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(3);

    private readonly McpHttpExchange _exchange;
    private readonly SseConnector _sse;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    public UpstreamConnector(McpHttpExchange exchange, SseConnector sse, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _exchange = exchange;
        _sse = sse;
        _options = options.Value;
        _time = time;
    }

    /// <summary>Initializes a legacy HTTP upstream and keeps the session.</summary>
    /// <param name="capabilities">What the session's client can be asked.</param>
    /// <exception cref="UpstreamException">It could not be opened.</exception>
    public async Task<UpstreamSession> OpenSessionAsync(UpstreamTarget target, ClientCapabilities capabilities, CancellationToken cancellationToken)
    {
        await using var client = new HttpUpstreamClient(_exchange, target.Endpoint, _options.DiscoveryTimeout);
        var (verdict, failure, _) = await UpstreamHandshake.InitializeAsync(client, capabilities, cancellationToken);
        return verdict is null ? throw new UpstreamException(failure!) : new UpstreamSession(client.TakeSession(), verdict.ProtocolVersion);
    }

    /// <summary>Ends a session, as far as the upstream cares.</summary>
    public Task EndSessionAsync(UpstreamTarget target, UpstreamSession session, CancellationToken cancellationToken) =>
        session.SessionId is null
            ? Task.CompletedTask
            : _exchange.EndSessionAsync(target.Endpoint, session.SessionId, HeaderVersion(session.ProtocolVersion), s_farewell, cancellationToken);

    /// <summary>Sends a notification in a session; null when the upstream has taken it.</summary>
    public Task<UpstreamFailure?> NotifyAsync(
        UpstreamTarget target, UpstreamSession session, byte[] message, string method, CancellationToken cancellationToken) => _exchange.NotifyAsync(
            target.Endpoint, new HttpMessage(message, method, Modern: false, HeaderVersion(session.ProtocolVersion), session.SessionId), _options.DiscoveryTimeout, cancellationToken);

    /// <summary>Starts a process or opens an SSE stream, and initializes it where its era wants that.</summary>
    /// <param name="log">Gets what a process writes to its standard error.</param>
    /// <exception cref="UpstreamException">It could not be opened; nothing is left running.</exception>
    public async Task<DuplexClient> OpenDuplexAsync(
        UpstreamTarget target, Era era, ClientCapabilities capabilities, DuplexSettings settings, Action<string> log, CancellationToken cancellationToken)
    {
        IMessageTransport transport = target.Transport == TransportKind.Sse
            ? await _sse.ConnectAsync(target.Endpoint, _options.DiscoveryTimeout, cancellationToken)
            : await StdioTransport.StartAsync(target.Launch!, _options, log, _time);
        var duplex = new DuplexClient(transport, settings);
        try
        {
            if (era != Era.Modern)
            {
                await InitializeAsync(duplex, capabilities, cancellationToken);
            }

            return duplex;
        }
        catch
        {
            await duplex.DisposeAsync();
            throw;
        }
    }

    private async Task InitializeAsync(DuplexClient duplex, ClientCapabilities capabilities, CancellationToken cancellationToken)
    {
        await using var client = new DuplexUpstreamClient(duplex, _options.DiscoveryTimeout, _time, owns: false);
        var (verdict, failure, _) = await UpstreamHandshake.InitializeAsync(client, capabilities, cancellationToken);
        if (verdict is null)
        {
            throw new UpstreamException(failure!);
        }
    }

    internal static string? HeaderVersion(string version) =>
        ProtocolRevisions.TryParse(version, out var revision) && ProtocolRevisions.HasVersionHeader(revision) ? version : null;
}

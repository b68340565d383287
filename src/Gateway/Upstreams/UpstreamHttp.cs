using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams;

/// <summary>
/// The HTTP connections of this node to upstreams: one pool for each, so that a slow one cannot use up another's. Nothing of a caller
/// sticks to a pool: no cookies, no credentials, no proxy, no redirects; bodies are passed on as they come, compressed or not.
/// </summary>
public sealed class UpstreamHttp : IDisposable
{
    private readonly ConcurrentDictionary<string, HttpMessageInvoker> _invokers = new(StringComparer.Ordinal);
    private readonly Func<string, HttpMessageInvoker> _create;
    private readonly UpstreamOptions _options;
    private readonly AddressGuard _guard;
    private readonly TimeProvider _time;

    public UpstreamHttp(IOptions<UpstreamOptions> options, AddressGuard guard, TimeProvider time)
    {
        _options = options.Value;
        _guard = guard;
        _time = time;
        _create = _ => Create();
    }

    /// <summary>The invoker for an upstream; the same one each time. The caller sends and never disposes it.</summary>
    public HttpMessageInvoker For(string upstreamId) =>
        _invokers.TryGetValue(upstreamId, out var invoker) ? invoker : _invokers.GetOrAdd(upstreamId, _create);

    /// <summary>
    /// Gives up an upstream's pool: it was deleted or moved. Calls that run or are about to be sent still end well; the connections
    /// close when they have been idle for a minute.
    /// </summary>
    public void Forget(string upstreamId) => _invokers.TryRemove(upstreamId, out _);

    public void Dispose()
    {
        foreach (var invoker in _invokers.Values)
        {
            invoker.Dispose();
        }

        _invokers.Clear();
    }

    private HttpMessageInvoker Create()
    {
        var pace = new ConnectPace(_guard, _options.ConnectTimeout, _time);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PreAuthenticate = false,
            ConnectTimeout = _options.ConnectTimeout,
            ConnectCallback = (context, cancellationToken) =>
            {
                (context.InitialRequestMessage as UpstreamRequest)?.NoteConnecting();
                return pace.ConnectAsync(context, cancellationToken);
            },
            SslOptions =
            {
                // A certificate may say where its issuer's is to be fetched. That would be an address of the upstream's choice, which the guard
                // never sees, and a wait on the thread of the handshake; servers send the certificates between theirs and the root's.
                CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            },
            PooledConnectionLifetime = _options.ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = _options.MaxConnections,
            EnableMultipleHttp2Connections = true,

            // Trace headers are written by whoever builds the request, so the framework's own handler is left out of the chain.
            ActivityHeadersPropagator = null,
        };
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }
}

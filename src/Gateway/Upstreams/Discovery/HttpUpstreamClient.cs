using System.Globalization;
using System.Text;
using McpGateway.Gateway.Upstreams.Http;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Over Streamable HTTP. The session that initialize opens is ended with DELETE, unless somebody takes it over.</summary>
internal sealed class HttpUpstreamClient(McpHttpExchange exchange, HttpEndpoint endpoint, TimeSpan timeout) : UpstreamClient
{
    // Far from what anybody else who uses the session counts through, and exact as a double.
    private const long FirstIdBeside = 1L << 52;

    private string? _sessionId;

    /// <summary>Speaks in a session that is somebody else's, beside the calls made there.</summary>
    public HttpUpstreamClient(McpHttpExchange exchange, HttpEndpoint endpoint, TimeSpan timeout, string? sessionId, string? headerVersion)
        : this(exchange, endpoint, timeout)
    {
        (_sessionId, ProtocolVersion) = (sessionId, headerVersion);
        LastId = FirstIdBeside + Random.Shared.NextInt64(FirstIdBeside / 2);
    }

    public override string? SessionId => _sessionId;

    protected override Uri? Address => endpoint.Url;

    /// <summary>Gives the session to somebody else, who ends it.</summary>
    public string? TakeSession()
    {
        var session = _sessionId;
        _sessionId = null;
        return session;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_sessionId is { } session)
        {
            _sessionId = null;
            await exchange.EndSessionAsync(endpoint, session, ProtocolVersion, TimeSpan.FromSeconds(2), CancellationToken.None);
        }
    }

    protected override async Task<(ReadOnlyMemory<byte> Response, UpstreamFailure? Failure)> ExchangeAsync(
        byte[] message, long id, string method, CancellationToken cancellationToken)
    {
        var rawId = Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture));
        var answer = await exchange.RequestAsync(endpoint, Wrap(message, method), rawId, timeout, cancellationToken);
        if (!Modern && method == "initialize" && answer.Failure is null)
        {
            _sessionId = answer.SessionId;
        }

        return (answer.Message, answer.Failure);
    }

    protected override Task<UpstreamFailure?> SendAsync(byte[] message, string method, CancellationToken cancellationToken) =>
        exchange.NotifyAsync(endpoint, Wrap(message, method), timeout, cancellationToken);

    private HttpMessage Wrap(byte[] message, string method) =>
        new(message, method, Modern, Modern ? UpstreamHandshake.ModernVersion : ProtocolVersion, Modern ? null : _sessionId);
}

using System.Net.Http.Headers;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>Opens connections of HTTP+SSE, the transport of 2024-11-05.</summary>
public sealed class SseConnector
{
    private readonly McpHttpExchange _exchange;
    private readonly UpstreamHttp _http;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    public SseConnector(McpHttpExchange exchange, UpstreamHttp http, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _exchange = exchange;
        _http = http;
        _options = options.Value;
        _time = time;
    }

    /// <summary>GETs the stream and waits for the address that messages go to.</summary>
    /// <exception cref="UpstreamException">No connection, no event stream, no address in time, or one of another origin.</exception>
    public async Task<IMessageTransport> ConnectAsync(HttpEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var stream = await _exchange.OpenStreamAsync(endpoint, null, cancellationToken);
        try
        {
            var address = await ReadAddressAsync(stream, endpoint.Url, timeout, cancellationToken);
            return new SseTransport(stream, endpoint, address, _http, _options.DiscoveryTimeout, _time);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private async Task<Uri> ReadAddressAsync(HttpEventStream stream, Uri url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (await stream.ReadAsync(either.Token) is { } received)
            {
                if (received.Type == "endpoint")
                {
                    return Resolve(url, Encoding.UTF8.GetString(received.Data.Span));
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.TimedOut, $"{url.Authority} opened an event stream but named no address for messages in time.");
        }

        throw new UpstreamException(UpstreamFault.Invalid, "The event stream ended before it named an address for messages.");
    }

    private static Uri Resolve(Uri url, string address)
    {
        if (!Uri.TryCreate(url, address, out var resolved))
        {
            throw new UpstreamException(UpstreamFault.Invalid, "The event stream named an address for messages that is none.");
        }

        // Credentials go with every message, so the address may not lead elsewhere.
        return resolved.Scheme == url.Scheme && resolved.Authority == url.Authority
            ? resolved
            : throw new UpstreamException(
                UpstreamFault.Invalid, $"The event stream named an address for messages of another origin ({resolved.Authority}), which is refused.");
    }
}

/// <summary>One HTTP+SSE connection: messages go out as POSTs and come in as events of one stream.</summary>
internal sealed class SseTransport(
    HttpEventStream stream, HttpEndpoint endpoint, Uri address, UpstreamHttp http, TimeSpan timeout, TimeProvider time) : IMessageTransport
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(message) };
        request.Content.Headers.ContentType = s_json;
        UpstreamHeaders.Apply(endpoint.Headers, request.Headers);
        request.Headers.TryAddWithoutValidation("User-Agent", GatewayIdentity.UserAgent);
        try
        {
            using var response = await http.For(endpoint.UpstreamId).SendAsync(request, either.Token);
            if (HttpFailures.From((int)response.StatusCode, response.Headers, inSession: true) is { } failure)
            {
                throw new UpstreamException(failure);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.TimedOut, $"{address.Authority} did not take a message in time.");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException || (exception is IOException and not UpstreamException))
        {
            throw new UpstreamException(HttpFailures.From(exception, address, sent: false), exception);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(cancellationToken) is { } received)
        {
            if (received.IsMessage)
            {
                return received.Data;
            }
        }

        throw new UpstreamException(UpstreamFault.Broken, "The upstream ended its event stream.");
    }

    public ValueTask DisposeAsync()
    {
        stream.Dispose();
        return ValueTask.CompletedTask;
    }
}

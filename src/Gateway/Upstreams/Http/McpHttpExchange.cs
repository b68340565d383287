using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using McpGateway.Abstractions.Upstreams;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>
/// Sends single messages to Streamable HTTP upstreams and reads the answers whole, bounded in size and time: sessions, discovery, health.
/// Tool calls do not come this way; their answers are streamed by the frontend.
/// </summary>
public sealed class McpHttpExchange
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    // Whoever does not offer an event stream says so at once.
    private static readonly TimeSpan s_refusal = TimeSpan.FromMilliseconds(500);

    private readonly UpstreamHttp _http;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    public McpHttpExchange(UpstreamHttp http, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _http = http;
        _options = options.Value;
        _time = time;
    }

    /// <summary>Sends a request and reads until its response.</summary>
    /// <param name="rawId">The request's id as it stands in the message.</param>
    public Task<HttpAnswer> RequestAsync(
        HttpEndpoint endpoint, HttpMessage message, ReadOnlyMemory<byte> rawId, TimeSpan timeout, CancellationToken cancellationToken) =>
        LimitedAsync(
            endpoint,
            timeout,
            async (sent, token) =>
            {
                using var request = Post(endpoint, message);
                using var response = await _http.For(endpoint.UpstreamId).SendAsync(request, token);
                sent.Value = true;
                return await ReadAnswerAsync(response, message.SessionId is not null, rawId, token);
            },
            failure => new HttpAnswer(default, null, failure),
            cancellationToken);

    /// <summary>Sends a notification or a response; null when the upstream took it.</summary>
    public Task<UpstreamFailure?> NotifyAsync(HttpEndpoint endpoint, HttpMessage message, TimeSpan timeout, CancellationToken cancellationToken) =>
        LimitedAsync<UpstreamFailure?>(
            endpoint,
            timeout,
            async (_, token) =>
            {
                using var request = Post(endpoint, message);
                using var response = await _http.For(endpoint.UpstreamId).SendAsync(request, token);
                return HttpFailures.From((int)response.StatusCode, response.Headers, message.SessionId is not null);
            },
            failure => failure,
            cancellationToken);

    /// <summary>Ends a session with DELETE. Servers may not offer that (405) or not know it any more (404): both are fine.</summary>
    public Task<UpstreamFailure?> EndSessionAsync(
        HttpEndpoint endpoint, string sessionId, string? protocolVersion, TimeSpan timeout, CancellationToken cancellationToken) =>
        LimitedAsync<UpstreamFailure?>(
            endpoint,
            timeout,
            async (_, token) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Delete, endpoint.Url);
                AddHeaders(request, endpoint, protocolVersion, sessionId);
                using var response = await _http.For(endpoint.UpstreamId).SendAsync(request, token);
                return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                    ? null
                    : HttpFailures.From((int)response.StatusCode, response.Headers, inSession: false);
            },
            failure => failure,
            cancellationToken);

    /// <summary>Opens an event stream that stays open: GET of HTTP+SSE, or a modern <c>subscriptions/listen</c>.</summary>
    /// <param name="message">The listen request; null for GET.</param>
    /// <exception cref="UpstreamException">It could not be opened.</exception>
    public async Task<HttpEventStream> OpenStreamAsync(HttpEndpoint endpoint, HttpMessage? message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.DiscoveryTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = message is null ? Get(endpoint, null, null) : Post(endpoint, message);
            var opened = await SendForEventsAsync(endpoint, request, inSession: false, either.Token);
            return new HttpEventStream(Task.FromResult(opened), new CancellationTokenSource(), _options.MaxResponseBytes, endpoint.Url);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(TimedOut(endpoint.Url, _options.DiscoveryTimeout));
        }
    }

    /// <summary>
    /// Opens the event stream of a legacy session with GET. Servers may keep even the headers back until they have something to say, so
    /// the stream counts as open unless it is refused at once; what refuses it later ends it.
    /// </summary>
    /// <exception cref="UpstreamException">It was refused; 405 says that the upstream offers none.</exception>
    public async Task<HttpEventStream> OpenSessionStreamAsync(
        HttpEndpoint endpoint, string? protocolVersion, string? sessionId, CancellationToken cancellationToken)
    {
        var closing = new CancellationTokenSource();
        var opening = OpenAsync();
        var stream = new HttpEventStream(opening, closing, _options.MaxResponseBytes, endpoint.Url);
        try
        {
            await opening.WaitAsync(s_refusal, _time, cancellationToken);
            return stream;
        }
        catch (TimeoutException)
        {
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        async Task<OpenedEvents> OpenAsync()
        {
            using var request = Get(endpoint, protocolVersion, sessionId);
            return await SendForEventsAsync(endpoint, request, sessionId is not null, closing.Token);
        }
    }

    private async Task<OpenedEvents> SendForEventsAsync(
        HttpEndpoint endpoint, HttpRequestMessage request, bool inSession, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await _http.For(endpoint.UpstreamId).SendAsync(request, cancellationToken);
            if (HttpFailures.From((int)response.StatusCode, response.Headers, inSession) is { } failure)
            {
                throw new UpstreamException(failure);
            }

            if (!IsType(response, "text/event-stream"))
            {
                throw new UpstreamException(UpstreamFault.Invalid, DescribeType(response));
            }

            var opened = new OpenedEvents(response, await response.Content.ReadAsStreamAsync(cancellationToken));
            response = null;
            return opened;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new UpstreamException(HttpFailures.From(exception, endpoint.Url, sent: false), exception);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<HttpAnswer> ReadAnswerAsync(
        HttpResponseMessage response, bool inSession, ReadOnlyMemory<byte> rawId, CancellationToken cancellationToken)
    {
        var session = response.Headers.TryGetValues("Mcp-Session-Id", out var values) ? values.FirstOrDefault() : null;
        var failure = HttpFailures.From((int)response.StatusCode, response.Headers, inSession);
        if (failure is not null)
        {
            return new HttpAnswer(await ReadErrorAsync(response, rawId, cancellationToken), null, failure);
        }

        if (IsType(response, "text/event-stream"))
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new HttpAnswer(await ReadEventsAsync(stream, rawId, cancellationToken), session, null);
        }

        if (!IsType(response, "application/json"))
        {
            throw new UpstreamException(UpstreamFault.Invalid, DescribeType(response));
        }

        var body = await ReadBodyAsync(response, cancellationToken);
        var answer = ResponseMatch.Find(body, rawId, out var problem);
        return answer.IsEmpty ? throw new UpstreamException(UpstreamFault.Invalid, problem) : new HttpAnswer(answer, session, null);
    }

    private async Task<ReadOnlyMemory<byte>> ReadEventsAsync(Stream stream, ReadOnlyMemory<byte> rawId, CancellationToken cancellationToken)
    {
        var events = new EventReader(stream, _options.MaxResponseBytes, limitTotal: true);
        while (await events.ReadAsync(cancellationToken) is { } data)
        {
            var answer = ResponseMatch.Find(data.Data, rawId, out var problem);
            if (!answer.IsEmpty)
            {
                return answer;
            }

            if (problem.Length > 0)
            {
                throw new UpstreamException(UpstreamFault.Invalid, problem);
            }
        }

        throw new UpstreamException(UpstreamFault.Broken, "The upstream's event stream ended without an answer.");
    }

    /// <summary>The JSON-RPC error that may come with a bad status; empty when there is none.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadErrorAsync(HttpResponseMessage response, ReadOnlyMemory<byte> rawId, CancellationToken cancellationToken)
    {
        if (!IsType(response, "application/json"))
        {
            return default;
        }

        try
        {
            return ResponseMatch.Find(await ReadBodyAsync(response, cancellationToken), rawId, out _);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return default;
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var limit = _options.MaxResponseBytes;
        var expected = response.Content.Headers.ContentLength;
        if (expected > limit)
        {
            throw TooLarge(limit);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[(int)(expected + 1 ?? 16 * 1024)];
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length > limit)
            {
                throw TooLarge(limit);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
            }
        }

        return buffer.AsMemory(0, length);
    }

    private async Task<T> LimitedAsync<T>(
        HttpEndpoint endpoint, TimeSpan timeout, Func<Sent, CancellationToken, Task<T>> work, Func<UpstreamFailure, T> failed, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var sent = new Sent();
        try
        {
            return await work(sent, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return failed(TimedOut(endpoint.Url, timeout));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return failed(HttpFailures.From(exception, endpoint.Url, sent.Value));
        }
    }

    private static HttpRequestMessage Get(HttpEndpoint endpoint, string? protocolVersion, string? sessionId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, endpoint.Url);
        AddHeaders(request, endpoint, protocolVersion, sessionId);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        return request;
    }

    private static HttpRequestMessage Post(HttpEndpoint endpoint, HttpMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ReadOnlyMemoryContent(message.Json) };
        request.Content.Headers.ContentType = s_json;
        AddHeaders(request, endpoint, message.ProtocolVersion, message.SessionId);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (message.Modern)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Method", message.Method);
        }

        return request;
    }

    private static void AddHeaders(HttpRequestMessage request, HttpEndpoint endpoint, string? protocolVersion, string? sessionId)
    {
        UpstreamHeaders.Apply(endpoint.Headers, request.Headers);
        request.Headers.TryAddWithoutValidation("User-Agent", GatewayIdentity.UserAgent);
        if (protocolVersion is not null)
        {
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", protocolVersion);
        }

        if (sessionId is not null)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", sessionId);
        }
    }

    private static bool IsType(HttpResponseMessage response, string type) =>
        string.Equals(response.Content.Headers.ContentType?.MediaType, type, StringComparison.OrdinalIgnoreCase);

    private static string DescribeType(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type
            ? $"The upstream answered with the content type '{type}', which is not MCP."
            : "The upstream answered without a content type, which is not MCP.";

    private static UpstreamException TooLarge(int limit) => new(
        UpstreamFault.Invalid, string.Create(CultureInfo.InvariantCulture, $"The upstream's answer is larger than {limit} bytes."));

    private static UpstreamFailure TimedOut(Uri url, TimeSpan timeout) => new(
        UpstreamFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"{url.Authority} gave no answer within {timeout.TotalSeconds} s."));

    private sealed class Sent
    {
        public bool Value { get; set; }
    }
}

using System.Net.Http.Headers;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>The Streamable HTTP endpoint of a virtual server, with the headers that each message needs.</summary>
internal sealed class GatewayEndpoint(HttpClient http, Uri address, string? token, BridgeSession session, ToolHeaders toolHeaders)
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    public Uri Address => address;

    public bool HasToken => token is not null;

    public Task<HttpResponseMessage> PostAsync(BridgeMessage message, CancellationToken cancellationToken)
    {
        var request = Create(HttpMethod.Post, "application/json, text/event-stream");
        request.Content = new ReadOnlyMemoryContent(message.Bytes) { Headers = { ContentType = s_json } };
        if (message.OwnRevision is { } revision)
        {
            AddModernHeaders(request, message, revision);
        }
        else if (!message.IsInitialize)
        {
            AddSessionHeaders(request);
        }

        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Opens the stream on which the session is told of what nobody asked for.</summary>
    public Task<HttpResponseMessage> ListenAsync(string? lastEventId, CancellationToken cancellationToken)
    {
        var request = Create(HttpMethod.Get, "text/event-stream");
        AddSessionHeaders(request);
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation(McpHeaders.LastEventId, lastEventId);
        }

        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public Task<HttpResponseMessage> EndSessionAsync(CancellationToken cancellationToken)
    {
        var request = Create(HttpMethod.Delete, "application/json");
        AddSessionHeaders(request);
        return http.SendAsync(request, cancellationToken);
    }

    private HttpRequestMessage Create(HttpMethod method, string accept)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        return request;
    }

    private void AddSessionHeaders(HttpRequestMessage request)
    {
        if (session.Id is { } id)
        {
            request.Headers.TryAddWithoutValidation(McpHeaders.SessionId, id);
        }

        if (session.Revision is { } revision)
        {
            request.Headers.TryAddWithoutValidation(McpHeaders.ProtocolVersion, revision);
        }
    }

    // Over stdio a modern message has no headers; over HTTP it must have them.
    private void AddModernHeaders(HttpRequestMessage request, BridgeMessage message, string revision)
    {
        request.Headers.TryAddWithoutValidation(McpHeaders.ProtocolVersion, McpHeaders.Encode(revision));
        request.Headers.TryAddWithoutValidation(McpHeaders.Method, McpHeaders.Encode(message.MethodName));
        if (message.RoutedName is { } name)
        {
            request.Headers.TryAddWithoutValidation(McpHeaders.Name, McpHeaders.Encode(name));
        }

        foreach (var (header, value) in toolHeaders.Of(message))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>Makes HTTP requests to Streamable HTTP upstreams: our credentials, and the headers of the upstream's own generation.</summary>
internal static class UpstreamRequests
{
    /// <summary>The request of a call. Headers are computed anew: the client's names are not the upstream's.</summary>
    public static UpstreamRequest ForCall(UpstreamCall call, string? sessionId, ReadOnlyMemory<byte> body)
    {
        var request = Post(call.Link, sessionId, body);
        call.Context.AddTo(request.Headers);
        if (call.Link.IsModern)
        {
            var headers = request.Headers;
            headers.TryAddWithoutValidation(McpHeaders.Method, McpHeaders.Encode(call.MethodName));
            if (call.UpstreamName is { } name)
            {
                headers.TryAddWithoutValidation(McpHeaders.Name, McpHeaders.Encode(name));
            }

            PassParameters(call, headers);
        }

        return request;
    }

    /// <summary>A request with a message of our own.</summary>
    public static UpstreamRequest Post(UpstreamLink link, string? sessionId, ReadOnlyMemory<byte> body)
    {
        var request = new UpstreamRequest(HttpMethod.Post, link.Uri) { Content = new PooledContent(body) };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        AddOwn(request.Headers, link, sessionId);
        return request;
    }

    /// <summary>Asks for what follows an event (spec 2025-11-25, transports: resumability).</summary>
    public static HttpRequestMessage Resume(UpstreamLink link, string? sessionId, string lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, link.Uri);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        AddOwn(request.Headers, link, sessionId);
        return request;
    }

    private static void AddOwn(HttpRequestHeaders headers, UpstreamLink link, string? sessionId)
    {
        foreach (var (name, value) in link.Headers)
        {
            headers.TryAddWithoutValidation(name, value);
        }

        if (link.Route.ProtocolVersion is { } version && ProtocolRevisions.TryParse(version, out var revision) && revision.HasVersionHeader())
        {
            headers.TryAddWithoutValidation(McpHeaders.ProtocolVersion, version);
        }

        if (sessionId is not null)
        {
            headers.TryAddWithoutValidation(McpHeaders.SessionId, sessionId);
        }
    }

    /// <summary>The notification that cancels a call (legacy; modern upstreams are cancelled by closing the stream).</summary>
    public static byte[] Cancelled(ReadOnlySpan<byte> rawId)
    {
        using var buffer = new PooledBuffer(256);
        var id = System.Text.Encoding.UTF8.GetString(rawId);
        JsonRpcWriter.WriteNotification(
            buffer, "notifications/cancelled", System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"requestId\":{id},\"reason\":\"The client cancelled.\"}}")));
        return buffer.WrittenSpan.ToArray();
    }

    // An intermediary forwards the headers that repeat tool arguments, known or not (protocol.md §1.2). A legacy client knows of none: they
    // are made for it.
    private static void PassParameters(UpstreamCall call, HttpRequestHeaders headers)
    {
        if (!call.Exchange.IsModern || call.Exchange.Headers is null)
        {
            MakeParameters(call, headers);
            return;
        }

        foreach (var (name, values) in call.Exchange.Headers)
        {
            if (name.StartsWith(McpHeaders.ParamPrefix, StringComparison.OrdinalIgnoreCase))
            {
                headers.TryAddWithoutValidation(name, (IEnumerable<string>)values.ToArray()!);
            }
        }
    }

    private static void MakeParameters(UpstreamCall call, HttpRequestHeaders headers)
    {
        var arguments = call.Exchange.Slice(call.Exchange.Envelope.Arguments);
        foreach (var parameter in call.ParamHeaders)
        {
            if (parameter.TryFind(arguments, out var value) && McpParamHeader.Make(value.Slice(arguments)) is { } text)
            {
                headers.TryAddWithoutValidation(parameter.HeaderName, text);
            }
        }
    }
}

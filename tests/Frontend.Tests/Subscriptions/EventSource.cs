using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Subscriptions;

/// <summary>An open SSE answer as a client reads it, message by message.</summary>
internal sealed class EventSource : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventSource(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    public int Status => (int)_response.StatusCode;

    public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

    public static async Task<EventSource> OpenAsync(HttpClient http, HttpRequestMessage request)
    {
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return new EventSource(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>A modern <c>subscriptions/listen</c>.</summary>
    /// <param name="id">Raw JSON.</param>
    public static Task<EventSource> ListenAsync(HttpClient http, string path, string? token, string notifications, string id = "7")
    {
        var body = $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"subscriptions/listen","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}},"notifications":{{{notifications}}}}}""";
        return OpenAsync(http, Request(HttpMethod.Post, path, token, body, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "subscriptions/listen")));
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, string? token, string? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The next message; null when the stream has ended.</summary>
    public async Task<JsonElement?> NextAsync() => await DataOrEndAsync() is { } data ? JsonElement.Parse(data) : null;

    /// <summary>The data of the next event, which need not be a message.</summary>
    public async Task<string> DataAsync() => (await DataOrEndAsync()).ShouldNotBeNull();

    /// <summary>Reads on until a message says that this resource was updated.</summary>
    public async Task UpdatedAsync(string uri)
    {
        while (true)
        {
            var message = (await NextAsync()).ShouldNotBeNull();
            if (message.GetProperty("method").GetString() == "notifications/resources/updated" && message.GetProperty("params").GetProperty("uri").GetString() == uri)
            {
                return;
            }
        }
    }

    /// <summary>The next message, which has to be this notification; its params.</summary>
    public async Task<JsonElement> NotificationAsync(string method)
    {
        var message = (await NextAsync()).ShouldNotBeNull();
        message.TryGetProperty("method", out var named).ShouldBeTrue(message.GetRawText());
        named.GetString().ShouldBe(method);
        return message.TryGetProperty("params", out var parameters) ? parameters : default;
    }

    /// <summary>The next line as it came.</summary>
    public async Task<string?> LineAsync()
    {
        // A read that is given up has to be over before the response is let go.
        using var patience = new CancellationTokenSource(Eventually.Patience);
        return await _reader.ReadLineAsync(patience.Token);
    }

    // Signs of life do not make the wait longer.
    private async Task<string?> DataOrEndAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line[6..];
            }
        }

        return null;
    }

    public Task<string> TextAsync() => _reader.ReadToEndAsync().Soon();

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        _reader.Dispose();
        return default;
    }
}

using System.Text;
using System.Text.Json;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>Raw MCP over HTTP: what a client sends, byte for byte.</summary>
/// <param name="path">Such as <c>/servers/ID/mcp</c>.</param>
internal sealed class McpHttp(HttpClient http, string path, string? token)
{
    public const string Legacy = "2025-11-25";
    public const string Modern = "2026-07-28";

    private int _lastId;

    /// <summary>The session that requests name; set by <see cref="InitializeAsync"/>.</summary>
    public string? SessionId { get; set; }

    /// <summary>Opens a legacy session.</summary>
    public async Task<McpAnswer> InitializeAsync(string revision = Legacy, string capabilities = "{}")
    {
        SessionId = null;
        var answer = await PostAsync(
            $$$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"{{{revision}}}","capabilities":{{{capabilities}}},"clientInfo":{"name":"raw","version":"1"} } }""");
        SessionId = answer.SessionId;
        if (SessionId is not null)
        {
            await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        }

        return answer;
    }

    /// <summary>A legacy request, in the session if there is one.</summary>
    public Task<McpAnswer> RequestAsync(string method, object? parameters = null) => PostAsync(Message(method, parameters));

    /// <summary>A call of a tool, legacy.</summary>
    public Task<McpAnswer> CallAsync(string tool, object? arguments = null) => RequestAsync("tools/call", new { name = tool, arguments = arguments ?? new { } });

    /// <summary>A modern request with everything that the revision demands.</summary>
    public Task<McpAnswer> ModernAsync(string method, string parameters = "{}", string? name = null, params (string Name, string? Value)[] headers)
    {
        var meta = $$"""{"io.modelcontextprotocol/protocolVersion":"{{Modern}}","io.modelcontextprotocol/clientCapabilities":{} }""";
        var rest = parameters.Trim()[1..];
        var comma = rest.Trim() == "}" ? "" : ",";
        var body = $$"""{"jsonrpc":"2.0","id":{{Interlocked.Increment(ref _lastId)}},"method":"{{method}}","params":{"_meta":{{meta}}{{comma}}{{rest}} }""";
        (string, string?)[] all = [("MCP-Protocol-Version", Modern), ("Mcp-Method", method), ("Mcp-Name", name), .. headers];
        return PostAsync(body, all);
    }

    /// <summary>A call of a tool, modern.</summary>
    public Task<McpAnswer> ModernCallAsync(string tool, string arguments = "{}") =>
        ModernAsync("tools/call", $$"""{"name":{{JsonSerializer.Serialize(tool)}},"arguments":{{arguments}}}""", tool);

    /// <summary>Posts any text. A header whose last value is null is left out.</summary>
    public async Task<McpAnswer> PostAsync(string body, params (string Name, string? Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, body, headers);
        return await ReadAsync(response);
    }

    public async Task<McpAnswer> SendAsync(HttpMethod method)
    {
        using var response = await SendAsync(method, body: null, []);
        return await ReadAsync(response);
    }

    /// <summary>Sends a request and gives the response as soon as its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Accept"] = "application/json, text/event-stream",
            ["Authorization"] = token is null ? null : "Bearer " + token,
            ["Mcp-Session-Id"] = SessionId,
        };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            all["Content-Type"] = "application/json";
        }

        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        foreach (var (name, value) in all.Where(header => header.Value is not null))
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The names on all pages of <c>tools/list</c>.</summary>
    public async Task<List<string>> ListToolNamesAsync()
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await RequestAsync("tools/list", cursor is null ? null : new { cursor })).Result;
            names.AddRange(page.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        return names;
    }

    private string Message(string method, object? parameters) => JsonSerializer.Serialize(
        parameters is null
            ? new { jsonrpc = "2.0", id = Interlocked.Increment(ref _lastId), method }
            : (object)new { jsonrpc = "2.0", id = Interlocked.Increment(ref _lastId), method, @params = parameters });

    private static async Task<McpAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Headers,
        response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}

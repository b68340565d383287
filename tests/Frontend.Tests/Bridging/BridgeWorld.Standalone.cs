using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Bridging;

/// <summary>The real gateway with one virtual server over scripted upstreams, and raw MCP to it.</summary>
internal sealed class BridgeWorld : IAsyncDisposable
{
    public const string Modern = "2026-07-28";

    private readonly RealGateway _gateway;
    private readonly IReadOnlyList<FakeUpstream> _upstreams;

    private BridgeWorld(RealGateway gateway, Departures departures, IReadOnlyList<FakeUpstream> upstreams, string serverId) =>
        (_gateway, Departures, _upstreams, ServerId) = (gateway, departures, upstreams, serverId);

    public string ServerId { get; }

    public FakeUpstream Upstream => _upstreams[0];

    public IReadOnlyList<FakeUpstream> Upstreams => _upstreams;

    public RealGateway Gateway => _gateway;

    /// <summary>Clients that the gateway saw leave.</summary>
    public Departures Departures { get; }

    /// <summary>Starts upstreams and registers them, over Streamable HTTP, under the names a, b, …</summary>
    public static Task<BridgeWorld> StartAsync(params Action<FakeUpstream>[] upstreams) =>
        StartAsync((name, upstream) => new { name, url = upstream.Url, drift_policy = "observe" }, upstreams);

    /// <param name="register">The registration of an upstream, by its name.</param>
    public static Task<BridgeWorld> StartAsync(Func<string, FakeUpstream, object> register, params Action<FakeUpstream>[] upstreams) =>
        StartAsync(configuration: [], register, upstreams);

    /// <param name="configuration">Keys and values of the gateway's configuration.</param>
    /// <param name="register">The registration of an upstream, by its name.</param>
    public static async Task<BridgeWorld> StartAsync(
        (string Key, string Value)[] configuration, Func<string, FakeUpstream, object> register, params Action<FakeUpstream>[] upstreams)
    {
        var departures = new Departures();
        var gateway = await RealGateway.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IStartupFilter>(departures);
            foreach (var (key, value) in configuration)
            {
                builder.Configuration[key] = value;
            }
        });
        var started = new List<FakeUpstream>();
        var ids = new List<string>();
        foreach (var configure in upstreams)
        {
            var upstream = await FakeUpstream.StartAsync(configure);
            started.Add(upstream);
            var name = ((char)('a' + ids.Count)).ToString();
            var made = await gateway.SendAsync("POST", "/gateways", JsonSerializer.Serialize(register(name, upstream)));
            made.Status.ShouldBe(201, made.Text);
            made["state"].ShouldBe("online", made.Text);
            ids.Add(made["id"]!);
        }

        var server = await gateway.SendAsync(
            "POST", "/servers", JsonSerializer.Serialize(new { name = "all", visibility = "public", associated_gateways = ids }));
        server.Status.ShouldBe(201, server.Text);
        return new BridgeWorld(gateway, departures, started, server["id"]!);
    }

    /// <summary>Opens a legacy session of this revision.</summary>
    public async Task<string> OpenAsync(string revision, string capabilities = "{}")
    {
        var answer = await PostAsync(
            $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{revision}}}","capabilities":{{{capabilities}}},"clientInfo":{"name":"raw","version":"1"} } }""");
        answer.Json.GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe(revision);
        return answer.Headers["Mcp-Session-Id"];
    }

    /// <summary>A request of a client of any revision, sent as that revision wants it; gives the response message.</summary>
    public async Task<JsonElement> RequestAsync(string revision, string method, string parameters = "{}", params (string, string)[] headers)
    {
        var answer = revision == Modern
            ? await ModernAsync(method, parameters, headers)
            : await PostAsync(
                $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""",
                [("Mcp-Session-Id", await OpenAsync(revision)), .. headers]);
        return Messages(answer)[^1];
    }

    /// <summary>A modern request with everything that the revision demands.</summary>
    public async Task<ApiAnswer> ModernAsync(string method, string parameters = "{}", params (string, string)[] headers)
    {
        using var parsed = JsonDocument.Parse(parameters);
        var name = parsed.RootElement.TryGetProperty(method == "resources/read" ? "uri" : "name", out var value) ? value.GetString() : null;
        var rest = parameters.Trim()[1..];
        var body = $$"""
            {"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"{{Modern}}",
            "io.modelcontextprotocol/clientCapabilities":{} }{{(rest.Trim() == "}" ? "" : ",")}}{{rest}} }
            """;
        List<(string, string)> all = [("MCP-Protocol-Version", Modern), ("Mcp-Method", method), .. headers];
        if (name is not null)
        {
            all.Add(("Mcp-Name", name));
        }

        return await PostAsync(body, [.. all]);
    }

    /// <summary>Posts any text to the virtual server.</summary>
    public async Task<ApiAnswer> PostAsync(string body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, $"/servers/{ServerId}/mcp", body, headers).Soon();
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Sends any request and gives the response as soon as its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _gateway.Token);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The messages of an answer: one JSON object, or the events of a stream.</summary>
    public static List<JsonElement> Messages(ApiAnswer answer) => answer.ContentType == "text/event-stream"
        ? [.. answer.Text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data:".Length..]))]
        : [answer.Json];

    /// <summary>Every upstream forgets its resources, without saying so.</summary>
    public void Clear()
    {
        foreach (var upstream in _upstreams)
        {
            upstream.Resources.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var upstream in _upstreams)
        {
            await upstream.DisposeAsync();
        }
    }
}

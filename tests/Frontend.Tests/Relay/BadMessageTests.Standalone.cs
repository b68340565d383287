using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Relay;

/// <summary>Messages that are nested too deep or end in the middle of a character, from clients and from upstreams, over every transport.</summary>
public sealed class BadMessageTests
{
    private const int Depth = 1_000;

    private static readonly string s_deep = new string('[', Depth) + new string(']', Depth);

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    [InlineData("sse")]
    public async Task Request_NestedTooDeep_IsRefused(string client)
    {
        await using var world = await BridgeWorld.StartAsync(static upstream => upstream.AddTool("echo"));

        var answer = await PostAsync(world, client, Encoding.UTF8.GetBytes(CallOf(client, s_deep)));

        await ShouldBeRefusedAsync(world, answer, -32600);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    [InlineData("sse")]
    public async Task Request_CutInACharacter_IsRefused(string client)
    {
        await using var world = await BridgeWorld.StartAsync(static upstream => upstream.AddTool("echo"));
        var whole = Encoding.UTF8.GetBytes(CallOf(client, "\"é\""));

        var answer = await PostAsync(world, client, whole[..(whole.AsSpan().IndexOf("é"u8) + 1)]);

        await ShouldBeRefusedAsync(world, answer, -32700);
    }

    [Theory]
    [InlineData("STREAMABLEHTTP", false, "2025-11-25")]
    [InlineData("STREAMABLEHTTP", true, "2025-11-25")]
    [InlineData("STREAMABLEHTTP", false, BridgeWorld.Modern)]
    [InlineData("STREAMABLEHTTP", true, BridgeWorld.Modern)]
    [InlineData("SSE", true, "2025-11-25")]
    [InlineData("STDIO", true, "2025-11-25")]
    public async Task Answer_NestedTooDeep_IsAnErrorThatNamesTheUpstream(string transport, bool isStream, string revision)
    {
        await using var world = await StartAsync(transport, upstream => upstream.AddTool("deep", async call =>
        {
            if (isStream)
            {
                await call.LogAsync("first");
            }

            return $$$"""{"content":[],"structuredContent":{"x":{{{s_deep}}} } }""";
        }));

        await ShouldFailAsync(world, revision, "deep");
    }

    [Theory]
    [InlineData("STREAMABLEHTTP", FakeFault.CutCharacter)]
    [InlineData("STREAMABLEHTTP", FakeFault.CutCharacterInEvent)]
    [InlineData("SSE", FakeFault.CutCharacter)]
    [InlineData("STDIO", FakeFault.None)]
    public async Task Answer_CutInACharacter_IsAnErrorThatNamesTheUpstream(string transport, FakeFault fault)
    {
        await using var world = await StartAsync(transport, upstream => upstream.AddTool("cut"));
        if (fault != FakeFault.None)
        {
            world.Upstream.Fail("tools/call", fault, times: 1);
        }

        await ShouldFailAsync(world, "2025-11-25", "cut");
    }

    private static Task<BridgeWorld> StartAsync(string transport, Action<FakeUpstream> configure) => BridgeWorld.StartAsync(
        (name, upstream) => transport == "STDIO"
            ? new { name, transport, command = StdioFixture.Command, args = StdioFixture.Arguments("--broken"), timeout_seconds = 2 }
            : new { name, transport, url = transport == "SSE" ? upstream.SseUrl : upstream.Url, timeout_seconds = 2 },
        upstream =>
        {
            upstream.AddTool("echo");
            configure(upstream);
        });

    private static async Task ShouldFailAsync(BridgeWorld world, string revision, string tool)
    {
        var failed = await world.RequestAsync(revision, "tools/call", $$"""{"name":"{{tool}}","arguments":{} }""");
        failed.GetProperty("error").GetProperty("message").GetString()!.ShouldStartWith("The MCP server 'a' could not answer.");

        var next = await world.RequestAsync(revision, "tools/call", """{"name":"echo","arguments":{} }""");
        next.TryGetProperty("result", out _).ShouldBeTrue(next.GetRawText());
    }

    private static string CallOf(string client, string argument)
    {
        var meta = client == "modern"
            ? ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
            : "";
        return $$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"x":{{argument}} }{{meta}} } }""";
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(BridgeWorld world, string client, byte[] body)
    {
        using var stream = client == "sse" ? await world.SendAsync(HttpMethod.Get, $"/servers/{world.ServerId}/sse", null).Soon() : null;
        using var request = new HttpRequestMessage(HttpMethod.Post, stream is null ? $"/servers/{world.ServerId}/mcp" : await EndpointAsync(stream));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.Gateway.Token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (client == "modern")
        {
            request.Headers.Add("MCP-Protocol-Version", BridgeWorld.Modern);
            request.Headers.Add("Mcp-Method", "tools/call");
            request.Headers.Add("Mcp-Name", "echo");
        }
        else if (client == "legacy")
        {
            request.Headers.Add("Mcp-Session-Id", await world.OpenAsync("2025-11-25"));
        }

        using var response = await world.Gateway.Client.SendAsync(request).Soon();
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync().Soon()));
    }

    private static async Task<string> EndpointAsync(HttpResponseMessage stream)
    {
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync().Soon(), leaveOpen: true);
        (await reader.ReadLineAsync().Soon()).ShouldBe("event: endpoint");
        return (await reader.ReadLineAsync().Soon())!["data: ".Length..];
    }

    private static async Task ShouldBeRefusedAsync(BridgeWorld world, (HttpStatusCode Status, JsonElement Body) answer, int code)
    {
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(code, answer.Body.GetRawText());
        world.Upstream.ReceivedOf("tools/call").ShouldBeEmpty();
        (await world.RequestAsync("2025-11-25", "tools/call", """{"name":"echo","arguments":{} }""")).TryGetProperty("result", out _).ShouldBeTrue();
    }
}

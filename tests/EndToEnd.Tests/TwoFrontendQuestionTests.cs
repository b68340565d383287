using System.Net;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Questions of servers while requests go to two frontends: what one of them asked, the other takes the answer of.</summary>
public sealed class TwoFrontendQuestionTests
{
    private const string Capabilities = """{"elicitation":{},"sampling":{},"roots":{}}""";
    private const string Answer = """{"action":"accept","content":{"name":"Ada"}}""";

    [Theory]
    [InlineData("2024-11-05", "roots", """{"roots":[{"uri":"file:///home"}]}""", "file:///home")]
    [InlineData("2025-11-25", "elicit", Answer, "Ada")]
    [InlineData("2026-07-28", "elicit", Answer, "Ada")]
    public async Task Question_ToALegacyClientOfOneFrontend_IsAnsweredAtTheOther(string upstream, string tool, string answer, string text)
    {
        await using var world = await World.StartAsync(upstream);
        var (a, b) = (world.Mcp(0), world.Mcp(1));
        await a.InitializeAsync(capabilities: Capabilities);
        b.SessionId = a.SessionId;

        using var call = new LiveAnswer(await a.SendAsync(
            HttpMethod.Post, $$$"""{"jsonrpc":"2.0","id":"ask","method":"tools/call","params":{"name":"{{{tool}}}"}}""", []));
        var question = (await call.NextAsync())!.Value;
        var taken = await b.PostAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id").GetRawText()}},"result":{{answer}}}""");
        var result = (await call.NextAsync())!.Value;

        taken.Status.ShouldBe(HttpStatusCode.Accepted, taken.Body);
        TextOf(result).ShouldBe(text);
    }

    [Theory]
    [InlineData("2024-11-05", "roots", """{"roots":[{"uri":"file:///home"}]}""", "file:///home")]
    [InlineData("2025-11-25", "elicit", Answer, "Ada")]
    [InlineData("2026-07-28", "elicit", Answer, "Ada")]
    public async Task Call_OfAModernClientHeldByOneFrontend_GoesOnAtTheOther(string upstream, string tool, string answer, string text)
    {
        await using var world = await World.StartAsync(upstream);

        var asked = (await CallAsync(world.Mcp(0), tool)).Result;
        asked.GetProperty("resultType").GetString().ShouldBe("input_required");
        var key = asked.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem().Name;
        var state = asked.TryGetProperty("requestState", out var given) ? $""","requestState":{given.GetRawText()}""" : "";
        var answered = await CallAsync(world.Mcp(1), tool, $$""","inputResponses":{"{{key}}":{{answer}}}{{state}}""");

        answered.Status.ShouldBe(HttpStatusCode.OK, answered.Body);
        answered.ContentText.ShouldBe(text);
    }

    private static Task<McpAnswer> CallAsync(McpHttp mcp, string tool, string more = "") => mcp.PostAsync(
        $$$"""
        {"jsonrpc":"2.0","id":"{{{Guid.NewGuid()}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{}{{{more}}},
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{{Capabilities}}} } } }
        """,
        ("MCP-Protocol-Version", McpHttp.Modern),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", tool));

    private static string TextOf(JsonElement message) => message.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    /// <summary>Two frontends, a server of one revision behind them, and a token.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly GatewayHost _gateway;
        private readonly RevisionUpstream _upstream;
        private string _server = "";
        private string _token = "";

        private World(GatewayHost gateway, RevisionUpstream upstream) => (_gateway, _upstream) = (gateway, upstream);

        public static async Task<World> StartAsync(string revision)
        {
            var upstream = await RevisionUpstream.StartAsync(revision);
            var world = new World(await GatewayHost.StartAsync(frontends: 2), upstream);
            var admin = world._gateway.Admin;
            var id = await admin.RegisterAsync(new { name = "asks", url = upstream.Url, transport = upstream.Transport, sharing = "per-session" });
            world._server = await admin.ComposeAsync("asks", id);
            world._token = (await admin.CreateTokenAsync(world._server)).Text;
            return world;
        }

        public McpHttp Mcp(int frontend) => _gateway.McpAt(frontend, _server, _token);

        public async ValueTask DisposeAsync()
        {
            await _gateway.DisposeAsync();
            await _upstream.DisposeAsync();
        }
    }
}

using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Tasks while requests go to two frontends: what was made through one of them is known to the other.</summary>
public sealed class TwoFrontendTaskTests
{
    private const string Capabilities = """{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{} } }""";

    [Theory]
    [InlineData(FakeEra.Legacy)]
    [InlineData(FakeEra.Modern)]
    public async Task Task_MadeAtOneFrontend_AsksAndEndsAtTheOther(FakeEra era)
    {
        await using var world = await World.StartAsync(era);
        var id = (await world.ModernAsync(0, "tools/call", "job", """ "name":"job","arguments":{} """)).GetProperty("taskId").GetString()!;
        world.Tasks.Made[0].Ask();

        var waiting = await world.ModernAsync(1, "tasks/get", id);
        waiting.GetProperty("status").GetString().ShouldBe("input_required", waiting.GetRawText());
        var again = await world.ModernAsync(0, "tasks/get", id);
        again.GetProperty("inputRequests").GetRawText().ShouldBe(waiting.GetProperty("inputRequests").GetRawText());
        var key = waiting.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem().Name;
        await world.ModernAsync(1, "tasks/update", id, $$$""" "inputResponses":{"{{{key}}}":{"action":"accept","content":{"name":"Ada"} } } """);
        await world.Tasks.Made[0].Ended.Soon();

        foreach (var frontend in (int[])[0, 1])
        {
            var done = await world.ModernAsync(frontend, "tasks/get", id);
            done.GetProperty("taskId").GetString().ShouldBe(id);
            done.GetProperty("status").GetString().ShouldBe("completed", done.GetRawText());
            done.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("Ada");
        }
    }

    [Theory]
    [InlineData(FakeEra.Legacy)]
    [InlineData(FakeEra.Modern)]
    public async Task Tasks_OfALegacySession_AreListedAtEveryFrontend(FakeEra era)
    {
        await using var world = await World.StartAsync(era);
        var (a, b) = (world.Mcp(0), world.Mcp(1));
        await a.InitializeAsync();
        b.SessionId = a.SessionId;

        var id = (await a.PostAsync("""{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"name":"job","arguments":{},"task":{} } }"""))
            .Result.GetProperty("task").GetProperty("taskId").GetString();
        (await ListAsync(b)).ShouldBe([id]);
    }

    [Fact]
    public async Task Tasks_AreListedAfterARestart()
    {
        await using var world = await World.StartAsync(FakeEra.Modern);
        var mcp = world.Mcp(0);
        await mcp.InitializeAsync();
        var id = (await mcp.PostAsync("""{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"name":"job","arguments":{},"task":{} } }"""))
            .Result.GetProperty("task").GetProperty("taskId").GetString();
        (await ListAsync(mcp)).ShouldBe([id]);

        await world.RestartAsync();

        var again = world.Mcp(1);
        again.SessionId = mcp.SessionId;
        (await ListAsync(again)).ShouldBe([id]);
    }

    [Fact]
    public async Task TaskThatAnUpstreamAnsweredAtOnce_IsKeptForEveryFrontend()
    {
        await using var world = await World.StartAsync(FakeEra.Modern);
        var (a, b) = (world.Mcp(0), world.Mcp(1));
        await a.InitializeAsync();
        b.SessionId = a.SessionId;

        var id = (await a.PostAsync(
            """{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"name":"job","arguments":{"now":{"content":[{"type":"text","text":"done"}]} },"task":{} } }"""))
            .Result.GetProperty("task").GetProperty("taskId").GetString();
        var task = (await b.PostAsync($$$"""{"jsonrpc":"2.0","id":"2","method":"tasks/get","params":{"taskId":"{{{id}}}"} }""")).Result;
        var result = await b.PostAsync($$$"""{"jsonrpc":"2.0","id":"3","method":"tasks/result","params":{"taskId":"{{{id}}}"} }""");

        task.GetProperty("status").GetString().ShouldBe("completed");
        result.ContentText.ShouldBe("done");
        (await ListAsync(b)).ShouldBe([id]);
    }

    /// <summary>The ids of the client's tasks. The gateway notes a task without keeping its client waiting: waits for one.</summary>
    private static async Task<string?[]> ListAsync(McpHttp mcp)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var tasks = (await mcp.PostAsync("""{"jsonrpc":"2.0","id":"list","method":"tasks/list"}""")).Result.GetProperty("tasks");
            if (tasks.GetArrayLength() > 0)
            {
                return [.. tasks.EnumerateArray().Select(static task => task.GetProperty("taskId").GetString())];
            }
        }
    }

    /// <summary>Two frontends, a server that makes tasks behind them, and a token.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly GatewayHost _gateway;
        private readonly FakeUpstream _upstream;
        private string _server = "";
        private string _token = "";

        private World(GatewayHost gateway, FakeUpstream upstream, FakeTasks tasks) => (_gateway, _upstream, Tasks) = (gateway, upstream, tasks);

        public FakeTasks Tasks { get; }

        public static async Task<World> StartAsync(FakeEra era)
        {
            FakeTasks tasks = null!;
            var upstream = await FakeUpstream.StartAsync(fake =>
            {
                fake.Era = era;
                tasks = FakeTasks.AddTo(fake, era == FakeEra.Legacy ? "required" : "optional");
            });
            var world = new World(await GatewayHost.StartAsync(frontends: 2), upstream, tasks);
            var admin = world._gateway.Admin;
            var id = await admin.RegisterAsync(new { name = "works", url = upstream.Url, transport = "STREAMABLEHTTP", sharing = "per-session" });
            world._server = await admin.ComposeAsync("works", id);
            world._token = (await admin.CreateTokenAsync(world._server)).Text;
            return world;
        }

        public Task RestartAsync() => _gateway.RestartAsync();

        public McpHttp Mcp(int frontend) => _gateway.McpAt(frontend, _server, _token);

        /// <summary>A modern client's request at one of the frontends; gives its result.</summary>
        public async Task<JsonElement> ModernAsync(int frontend, string method, string name, string? parameters = null)
        {
            var own = method == "tools/call" ? "" : $""" "taskId":"{name}", """;
            var answer = await Mcp(frontend).PostAsync(
                $$$"""
                {"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{ {{{own}}}{{{(parameters is null ? "" : parameters + ",")}}}
                "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{{Capabilities}}} } } }
                """,
                ("MCP-Protocol-Version", McpHttp.Modern),
                ("Mcp-Method", method),
                ("Mcp-Name", name));
            return answer.Result;
        }

        public async ValueTask DisposeAsync()
        {
            await _gateway.DisposeAsync();
            await _upstream.DisposeAsync();
        }
    }
}

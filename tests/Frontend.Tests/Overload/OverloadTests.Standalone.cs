using System.Diagnostics;
using System.Text.Json;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Overload;

/// <summary>Crowds before the real gateway and upstreams that answer when the test says so.</summary>
public sealed class OverloadTests
{
    private const string Call = """{"name":"work","arguments":{}}""";

    [Theory, InlineData("STREAMABLEHTTP"), InlineData("SSE")]
    public async Task Calls_AtOnce_AreAsManyAsTheServerMayGet(string transport)
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, transport, maxConcurrency: 2, ("Overload:UpstreamQueue", "10"));

        var calls = Enumerable.Range(0, 6).Select(_ => world.ModernAsync("tools/call", Call)).ToList();
        await Eventually.TrueAsync(() => work.Running == 2 && Node(world).Waiting == 4, "two calls run and four wait");
        work.Release();

        (await Task.WhenAll(calls).Soon()).ShouldAllBe(answer => answer.Status == 200 && answer.Text.Contains("\"result\""));
        work.Most.ShouldBe(2);
        (Node(world).Running, Node(world).Waiting).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Call_ThatIsTooMany_Is503WithRetryAfter()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: ("Overload:UpstreamQueue", "0"));
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);

        var refused = await world.ModernAsync("tools/call", Call);

        (refused.Status, refused.Headers["Retry-After"]).ShouldBe((503, "1"));
        ShouldSayBusy(refused.Json);
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
        (await world.ModernAsync("tools/call", Call)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Client_ThatComesBackAtOnce_WaitsForEachRefusal()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: [("Overload:UpstreamQueue", "0"), ("Overload:RefusalDelay", "00:00:00.3")]);
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);

        var clock = Stopwatch.StartNew();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            (await world.ModernAsync("tools/call", Call)).Status.ShouldBe(503);
        }

        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.8));
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Client_ThatCancelsWhileItsRefusalIsHeldBack_HearsNothingMore()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: [("Overload:UpstreamQueue", "0"), ("Overload:RefusalDelay", "00:00:10")]);
        var session = await world.OpenAsync("2025-11-25");
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);
        var refused = world.PostAsync($$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{Call}}}""", ("Mcp-Session-Id", session));

        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(
            async () =>
            {
                await world.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""", ("Mcp-Session-Id", session));
                return refused.IsCompleted;
            },
            "the call ends");

        BridgeWorld.Messages(await refused).ShouldBeEmpty();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Call_ThatIsTooManyInALegacySession_IsToldInTheErrorSoThatTheSessionLives()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: ("Overload:UpstreamQueue", "0"));
        var session = await world.OpenAsync("2025-06-18");
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);

        var refused = await world.PostAsync($$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{Call}}}""", ("Mcp-Session-Id", session));

        (refused.Status, refused.Headers["Retry-After"]).ShouldBe((200, "1"));
        ShouldSayBusy(refused.Json);
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Call_WhoseTurnDoesNotCome_IsRefusedAndNeverRuns()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: ("Overload:MaxWait", "00:00:00.2"));
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);

        var refused = await world.ModernAsync("tools/call", Call);

        refused.Status.ShouldBe(503);
        refused.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("did not run");
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Client_ThatGoesWhileItsCallWaits_LeavesTheQueue()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1);
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{world.ServerId}/mcp")
        {
            Content = new StringContent($$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{Call}}}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Accept", "application/json, text/event-stream" }, { "Authorization", $"Bearer {world.Gateway.Token}" } },
        };
        var waiting = world.Gateway.Client.SendAsync(request, leaving.Token);
        await Eventually.TrueAsync(() => Node(world).Waiting == 1, "the second call waits");

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Eventually.TrueAsync(() => Node(world).Waiting == 0, "nobody waits any more");
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ThatIsCancelledWhileItWaits_LeavesTheQueue()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1);
        var session = await world.OpenAsync("2025-11-25");
        var running = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);
        var waiting = world.PostAsync($$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{Call}}}""", ("Mcp-Session-Id", session));
        await Eventually.TrueAsync(() => Node(world).Waiting == 1, "the second call waits");

        await world.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""", ("Mcp-Session-Id", session));

        BridgeWorld.Messages(await waiting.Soon()).ShouldBeEmpty();
        Node(world).Waiting.ShouldBe(0);
        work.Release();
        (await running.Soon()).Status.ShouldBe(200);
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Limit_ThatAnAdministratorChanges_HoldsForTheNextCall()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: ("Overload:UpstreamQueue", "0"));
        var gateway = (await world.Gateway.SendAsync("GET", "/gateways")).Json[0];
        gateway.GetProperty("maxConcurrency").GetInt32().ShouldBe(1);
        var first = world.ModernAsync("tools/call", Call);
        await work.RunsAsync(1);
        (await world.ModernAsync("tools/call", Call)).Status.ShouldBe(503);

        var changed = await world.Gateway.SendAsync("PUT", $"/gateways/{gateway.GetProperty("id").GetString()}", """{"max_concurrency":2}""");

        changed.Json.GetProperty("maxConcurrency").GetInt32().ShouldBe(2, changed.Text);
        Task<ApiAnswer>? second = null;
        await Eventually.TrueAsync(() => (second is null or { IsCompleted: true } ? second = world.ModernAsync("tools/call", Call) : null) is null && work.Running == 2, "a second call runs");
        work.Release();
        (await first.Soon()).Status.ShouldBe(200);
        (await second!.Soon()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Upstream_ThatAnswersNothing_DoesNotSlowAnother()
    {
        var work = new HeldWork();
        await using var world = await BridgeWorld.StartAsync(
            (name, upstream) => new { name, url = upstream.Url, drift_policy = "observe", max_concurrency = name == "a" ? 8 : 0 },
            upstream => upstream.AddTool("work", work.RunAsync),
            upstream => upstream.AddTool("quick"));
        const string Quick = """{"name":"b-quick","arguments":{}}""";
        await MeasureAsync(world, Quick, 20);
        var alone = await MeasureAsync(world, Quick, 100);

        var flood = Enumerable.Range(0, 40).Select(_ => world.ModernAsync("tools/call", """{"name":"a-work","arguments":{}}""")).ToList();
        await Eventually.TrueAsync(() => work.Running == 8 && flood.Count(static call => call.IsCompleted) == 24, "eight calls run, eight wait, the rest is refused");
        var beside = await MeasureAsync(world, Quick, 100);

        flood.Count(static call => !call.IsCompleted).ShouldBe(16);
        beside.ShouldBeLessThan((alone * 5) + TimeSpan.FromSeconds(1));
        work.Release();
        (await Task.WhenAll(flood).Soon()).Count(static answer => answer.Status == 503).ShouldBe(24);
    }

    [Fact]
    public async Task Node_IsNotTakenWholeByOneUpstream()
    {
        var work = new HeldWork();
        await using var world = await BridgeWorld.StartAsync(
            [("Overload:MaxConcurrentCalls", "4"), ("Overload:MaxQueuedCalls", "2")],
            (name, upstream) => new { name, url = upstream.Url, drift_policy = "observe" },
            upstream => upstream.AddTool("work", work.RunAsync),
            upstream => upstream.AddTool("quick"));

        var flood = Enumerable.Range(0, 10).Select(_ => world.ModernAsync("tools/call", """{"name":"a-work","arguments":{}}""")).ToList();
        await Eventually.TrueAsync(() => work.Running == 2 && flood.Count(static call => call.IsCompleted) == 7, "two calls run, one waits, the rest is refused");

        (await world.ModernAsync("tools/call", """{"name":"b-quick","arguments":{}}""")).Status.ShouldBe(200);
        work.Release();
        await Task.WhenAll(flood).Soon();
    }

    [Fact]
    public async Task Call_WhoseClientIsAsked_LeavesItsPlaceToOthers()
    {
        await using var world = await BridgeWorld.StartAsync(
            (name, upstream) => new { name, url = upstream.Url, drift_policy = "observe", sharing = "per-session", max_concurrency = 1 },
            upstream =>
            {
                upstream.AddTool("ask", async call => FakeCall.Text((await call.AskAsync("elicitation/create", """{"message":"Who?","requestedSchema":{"type":"object","properties":{}}}""")).GetRawText()));
                upstream.AddTool("quick");
            });
        var asked = await AskAsync(world, "");
        asked.GetProperty("resultType").GetString().ShouldBe("input_required");

        (await world.ModernAsync("tools/call", """{"name":"quick","arguments":{}}""")).Json.TryGetProperty("result", out _).ShouldBeTrue();

        var key = asked.GetProperty("inputRequests").EnumerateObject().First().Name;
        var answered = await AskAsync(
            world, $$$""","inputResponses":{"{{{key}}}":{"action":"accept","content":{} } },"requestState":{{{asked.GetProperty("requestState").GetRawText()}}}""");
        answered.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("accept");
        Node(world).Running.ShouldBe(0);
    }

    [Theory]
    [InlineData(FakeFault.Busy, "30")]
    [InlineData(FakeFault.BusyInWords, "30")]
    public async Task Upstream_ThatIsBusy_IsHeardByTheClient(FakeFault fault, string seconds)
    {
        await using var world = await BridgeWorld.StartAsync(static upstream => upstream.AddTool("work"));
        world.Upstream.Fail("tools/call", fault);

        var answer = await world.ModernAsync("tools/call", Call);

        (answer.Status, answer.Headers["Retry-After"]).ShouldBe((503, seconds));
        answer.Json.TryGetProperty("error", out _).ShouldBeTrue(answer.Text);
    }

    [Fact]
    public async Task Metrics_ShowWhoRunsAndWaitsAndWasRefused()
    {
        var work = new HeldWork();
        await using var world = await StartAsync(work, maxConcurrency: 1, configuration: ("Overload:UpstreamQueue", "1"));
        var calls = new[] { world.ModernAsync("tools/call", Call), world.ModernAsync("tools/call", Call) };
        await Eventually.TrueAsync(() => work.Running == 1 && Node(world).Waiting == 1, "one call runs and one waits");
        (await world.ModernAsync("tools/call", Call)).Status.ShouldBe(503);

        var text = (await world.Gateway.SendAsync("GET", "/metrics/prometheus")).Text;

        var id = (await world.Gateway.SendAsync("GET", "/gateways")).Json[0].GetProperty("id").GetString();
        text.ShouldContain($"mcpgateway_upstream_running{{id=\"{id}\",name=\"a\"}} 1\n");
        text.ShouldContain($"mcpgateway_upstream_waiting{{id=\"{id}\",name=\"a\"}} 1\n");
        text.ShouldContain($"mcpgateway_upstream_concurrency{{id=\"{id}\",name=\"a\"}} 1\n");
        text.ShouldContain($"mcpgateway_upstream_refused_total{{id=\"{id}\",name=\"a\",reason=\"upstream_full\"}} 1\n");
        text.ShouldContain("mcpgateway_node_running 1\n");
        text.ShouldContain("mcpgateway_node_waiting 1\n");
        work.Release();
        await Task.WhenAll(calls).Soon();
    }

    private static NodeGate Node(BridgeWorld world) => world.Gateway.Services.GetRequiredService<NodeGate>();

    private static Task<BridgeWorld> StartAsync(
        HeldWork work, string transport = "STREAMABLEHTTP", int maxConcurrency = 0, params (string Key, string Value)[] configuration) => BridgeWorld.StartAsync(
        configuration,
        (name, upstream) => new
        {
            name,
            url = transport == "SSE" ? upstream.SseUrl : upstream.Url,
            transport,
            drift_policy = "observe",
            max_concurrency = maxConcurrency,
        },
        upstream => upstream.AddTool("work", work.RunAsync));

    private static void ShouldSayBusy(JsonElement answer)
    {
        var error = answer.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-31005);
        error.GetProperty("message").GetString().ShouldBe(
            "The MCP server 'a' could not answer. It is busy: 1 of its calls run and 0 wait, which is as many as the gateway lets.");
        error.GetProperty("data").GetProperty("retryAfter").GetInt32().ShouldBe(1);
    }

    /// <summary>A modern client's call of the tool that asks; its result.</summary>
    private static async Task<JsonElement> AskAsync(BridgeWorld world, string more)
    {
        var answer = await world.PostAsync(
            $$$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","arguments":{}{{{more}}},
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{} } } } } }
            """,
            ("MCP-Protocol-Version", BridgeWorld.Modern),
            ("Mcp-Method", "tools/call"),
            ("Mcp-Name", "ask"));
        return BridgeWorld.Messages(answer)[^1].GetProperty("result");
    }

    /// <summary>The time that 99 of 100 calls, one after the other, do not exceed.</summary>
    private static async Task<TimeSpan> MeasureAsync(BridgeWorld world, string call, int times)
    {
        var took = new List<TimeSpan>();
        for (var turn = 0; turn < times; turn++)
        {
            var begun = Stopwatch.GetTimestamp();
            (await world.ModernAsync("tools/call", call)).Status.ShouldBe(200);
            took.Add(Stopwatch.GetElapsedTime(begun));
        }

        return took.Order().ElementAt((int)(times * 0.99) - 1);
    }
}

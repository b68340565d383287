using System.Diagnostics;
using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

public class CatalogTests
{
    [Fact]
    public async Task Upstream_Down_TheCatalogGoesOnAnswering()
    {
        await using var world = await SmallWorld.StartAsync(static fake => fake.AddPrompt("hello"));
        var mcp = world.Mcp();
        await mcp.InitializeAsync();
        await world.Fake.StopAsync();

        (await mcp.ListToolNamesAsync()).ShouldBe(["echo"]);
        (await mcp.RequestAsync("prompts/list")).Result.GetProperty("prompts").GetArrayLength().ShouldBe(1);
        (await world.Gateway.Admin.GetAsync("/tools")).Expect(HttpStatusCode.OK).Json.GetArrayLength().ShouldBe(1);
        var call = await mcp.CallAsync("echo");
        call.Status.ShouldBe(HttpStatusCode.OK);
        call.ErrorCode.ShouldBe(-31001);
        call.ErrorMessage.ShouldContain("'fake'");

        await world.Fake.RestartAsync();
        (await mcp.CallAsync("echo", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
    }

    [Fact]
    public async Task FiveThousandTools_AreListedPageByPageAndCalled()
    {
        await using var world = await SmallWorld.StartAsync(static fake =>
        {
            fake.PageSize = 700;
            for (var number = 1; number < 5000; number++)
            {
                fake.AddTool($"tool-{number:0000}");
            }
        });
        var mcp = world.Mcp();
        await mcp.InitializeAsync();

        var first = (await mcp.RequestAsync("tools/list")).Result;
        first.GetProperty("tools").GetArrayLength().ShouldBe(500);
        first.TryGetProperty("nextCursor", out _).ShouldBeTrue();
        var names = await mcp.ListToolNamesAsync();
        names.Count.ShouldBe(5000);
        names.ShouldBeUnique();
        (await mcp.CallAsync("tool-4999", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
        var definition = (await mcp.RequestAsync("tools/list")).Result.GetProperty("tools")[0];
        definition.GetProperty("x-vendor").GetProperty("kept").GetBoolean().ShouldBeTrue("unknown fields of a definition survive");
    }

    [Fact]
    public async Task Session_ManyUpstreamsSomeDead_OpensAsFastAsWithOne()
    {
        await using var world = await SmallWorld.StartAsync();
        var dead = await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            var answer = await world.Gateway.Admin.PostAsync("/gateways?wait=0", new { name = $"dead {number}", url = $"http://127.0.0.1:{Peers.FreePort()}/mcp" });
            answer.Status.ShouldBeOneOf(HttpStatusCode.Accepted, HttpStatusCode.Created);
            return answer.Text("id");
        }));
        await using var silent = await FakeUpstream.StartAsync(static fake => fake.Fail("*", FakeFault.Silence));
        var silentId = (await world.Gateway.Admin.PostAsync("/gateways?wait=0", new { name = "silent", url = silent.Url })).Text("id");
        var server = await world.Gateway.Admin.ComposeAsync("with dead ones", [world.Upstream, silentId, .. dead]);
        var mcp = world.Gateway.Mcp(server, (await world.Gateway.Admin.CreateTokenAsync(server)).Text);

        var clock = Stopwatch.StartNew();
        (await mcp.InitializeAsync()).Status.ShouldBe(HttpStatusCode.OK);
        var names = await mcp.ListToolNamesAsync();

        // No connection attempt, whose shortest time-out is far above this, is waited for.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        names.ShouldHaveSingleItem().ShouldEndWith("echo");
        (await mcp.CallAsync(names[0], new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
    }

    [Fact]
    public async Task Upstream_SaysItsListsChanged_OpenSessionsHearOfIt()
    {
        await using var world = await SmallWorld.StartAsync();
        var mcp = world.Mcp();
        await mcp.InitializeAsync();
        using var stream = await mcp.SendAsync(HttpMethod.Get, body: null, []);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        world.Fake.AddTool("new");
        await Eventually.TrueAsync(() => world.Fake.OpenStreams > 0, "the gateway listens to the upstream");
        await world.Fake.NotifyAsync("notifications/tools/list_changed");

        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).Soon();
        }
        while (line is not null && !line.Contains("notifications/tools/list_changed", StringComparison.Ordinal));
        line.ShouldNotBeNull();
        (await mcp.ListToolNamesAsync()).ShouldBe(["echo", "new"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(ClientKind.SdkHttp)]
    [InlineData(ClientKind.SdkSse)]
    [InlineData(ClientKind.SdkStdio)]
    [InlineData(ClientKind.ClientPinned)]
    [InlineData(ClientKind.ClientStdio)]
    public async Task VirtualServer_Edited_RealClientsHearOfItAndSeeIt(ClientKind kind)
    {
        await using var world = await SmallWorld.StartAsync();
        await using var client = await kind.ConnectAsync(world.Gateway.Address, world.Server, world.Token);
        await client.CallToolAsync("echo");
        if (kind.IsModern())
        {
            await client.CallAsync("listen", new { toolsListChanged = true });
        }

        await using var second = await FakeUpstream.StartAsync(static fake => fake.AddTool("second"));
        var added = await world.Gateway.Admin.RegisterAsync(new { name = "second", url = second.Url });

        (await world.Gateway.Admin.PutAsync($"/servers/{world.Server}", new { associated_gateways = new[] { world.Upstream, added } })).Expect(HttpStatusCode.OK);

        await client.WaitForNotificationAsync("notifications/tools/list_changed");
        var tools = (await client.CallAsync("listTools")).GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString());
        tools.ShouldBe(["fake-echo", "second-echo", "second-second"], ignoreOrder: true);
    }

    [Fact]
    public async Task ToolOverride_RenamesAndDescribes_InThisVirtualServerOnly()
    {
        await using var world = await SmallWorld.StartAsync();
        var server = await world.Gateway.Admin.CreateServerAsync(new
        {
            name = "renamed",
            associated_tools = new[] { "fake-echo" },
            tools = new Dictionary<string, object> { ["fake-echo"] = new { name = "say-again", description = "Says it again" } },
        });
        var mcp = world.Gateway.Mcp(server, (await world.Gateway.Admin.CreateTokenAsync(server)).Text);

        var tool = (await mcp.RequestAsync("tools/list")).Result.GetProperty("tools")[0];

        tool.GetProperty("name").GetString().ShouldBe("say-again");
        tool.GetProperty("description").GetString().ShouldBe("Says it again");
        (await mcp.CallAsync("say-again", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
        world.Fake.ReceivedOf("tools/call")[^1].Json.GetProperty("params").GetProperty("name").GetString().ShouldBe("echo");
        (await world.Mcp().ListToolNamesAsync()).ShouldBe(["echo"]);
    }

    [Fact]
    public async Task Gateway_SwitchedOffAndOn_ItsToolsGoAndComeBack()
    {
        await using var world = await SmallWorld.StartAsync();
        var mcp = world.Mcp();

        (await world.Gateway.Admin.PostAsync($"/gateways/{world.Upstream}/state?activate=false")).Expect(HttpStatusCode.OK);
        await ListsAsync([]);
        (await world.Gateway.Admin.PostAsync($"/gateways/{world.Upstream}/state?activate=true")).Expect(HttpStatusCode.OK);
        await ListsAsync(["echo"]);

        async Task ListsAsync(string[] expected)
        {
            var clock = Stopwatch.StartNew();
            List<string> names;
            do
            {
                names = await mcp.ListToolNamesAsync();
            }
            while (!names.SequenceEqual(expected) && clock.Elapsed < Eventually.Patience);
            names.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Calls_AreCounted_ByToolServerAndToken()
    {
        await using var world = await SmallWorld.StartAsync(static fake => fake.AddTool("fails", static _ => Task.FromResult(FakeCall.Text("no", isError: true))));
        var mcp = world.Mcp();
        await mcp.CallAsync("echo");
        await mcp.CallAsync("echo");
        await mcp.CallAsync("fails");

        var clock = Stopwatch.StartNew();
        string metrics;
        do
        {
            metrics = (await world.Gateway.Admin.GetAsync("/metrics")).Expect(HttpStatusCode.OK).Body;
        }
        while (!IsComplete(metrics) && clock.Elapsed < Eventually.Patience);

        IsComplete(metrics).ShouldBeTrue(metrics);
        (await world.Gateway.Admin.GetAsync("/metrics/prometheus")).Expect(HttpStatusCode.OK).Body.ShouldContain("mcpgateway");
    }

    [Fact]
    public async Task Streams_OfGrainsBreakAtRandom_TheGatewayGoesOn()
    {
        await using var fake = await FakeUpstream.StartAsync(static upstream => upstream.Sessions = false);
        await using var gateway = await GatewayHost.StartAsync();
        gateway.BreakStreams(0.1);
        var upstream = (await gateway.Admin.PostAsync("/gateways", new { name = "fake", url = fake.Url })).Text("id");
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var token = await gateway.Admin.CreateTokenAsync(server);
        var mcp = gateway.Mcp(server, token.Text);

        for (var number = 0; number < 40; number++)
        {
            // Each edit makes the node load the virtual server anew, over a stream that may break.
            (await gateway.Admin.PutAsync($"/servers/{server}", new { description = $"edit {number}" })).Expect(HttpStatusCode.OK);
            (await UntilServedAsync(() => mcp.CallAsync("echo", new { number }))).ContentText.ShouldBe($$"""{"number":{{number}}}""");
        }

        (await gateway.Admin.DeleteAsync($"/tokens/{token.Id}")).Expect(HttpStatusCode.NoContent);
        await UntilAsync(async () => (await mcp.CallAsync("echo")).Status == HttpStatusCode.Unauthorized, "the token is refused");
    }

    // A client is told to try again, and does.
    private static async Task<McpAnswer> UntilServedAsync(Func<Task<McpAnswer>> call)
    {
        McpAnswer answer = null!;
        await UntilAsync(
            async () =>
            {
                answer = await call();
                return answer.Status != HttpStatusCode.ServiceUnavailable && !answer.Response.TryGetProperty("error", out _);
            },
            "the call is served");
        return answer;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(Eventually.Patience, what);
        }
    }

    private static bool IsComplete(string metrics)
    {
        var root = System.Text.Json.JsonElement.Parse(metrics);
        var totals = root.GetProperty("totals");
        return totals.GetProperty("calls").GetInt64() == 3
            && totals.GetProperty("toolErrors").GetInt64() == 1
            && new[] { "tools", "servers", "tokens" }.All(kind => root.GetProperty(kind).GetArrayLength() > 0);
    }
}

using System.Net;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

public class StdioBridgeTests
{
    private const string Call = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"x":1}}}""";

    [Fact]
    public async Task Bridge_RealGateway_WholeConversation()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(world.Gateway.McpUrl(world.Server), world.Token);

        (await bridge.InitializeAsync()).GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe("2025-11-25");
        (await bridge.AskAsync(Call)).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"x":1}""");
        (await bridge.CloseAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Bridge_ListsChange_TheClientHearsOfIt()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(world.Gateway.McpUrl(world.Server), world.Token);
        await bridge.InitializeAsync();
        (await bridge.AskAsync(Call)).GetProperty("id").GetInt32().ShouldBe(7);

        world.Fake.AddTool("another");
        (await world.Gateway.Admin.PostAsync($"/gateways/{world.Upstream}/refresh")).Expect(HttpStatusCode.OK);

        (await bridge.ReadAsync()).GetProperty("method").GetString().ShouldBe("notifications/tools/list_changed");
    }

    [Fact]
    public async Task Bridge_StreamBreaks_OpensItAgain()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();
        await Eventually.TrueAsync(() => fake.OpenStreams == 1, "the stream is open");

        fake.CloseStreams();
        await fake.WaitForAsync("GET", count: 2, seconds: 20);
        await Eventually.TrueAsync(() => fake.OpenStreams == 1, "the stream is open again");
        await fake.NotifyAsync("notifications/prompts/list_changed");

        (await bridge.ReadAsync()).GetProperty("method").GetString().ShouldBe("notifications/prompts/list_changed");
    }

    [Fact]
    public async Task Bridge_InputCloses_EndsTheSession()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();
        var session = fake.SessionIds.ShouldHaveSingleItem();

        (await bridge.CloseAsync()).ShouldBe(0);

        fake.ReceivedOf("DELETE").ShouldHaveSingleItem().SessionId.ShouldBe(session);
        fake.ReceivedOf("notifications/initialized").ShouldHaveSingleItem().Headers["MCP-Protocol-Version"].ShouldBe("2025-11-25");
    }

    [Fact]
    public async Task Bridge_NoToken_SaysWhatToSet()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var without = StdioBridgeProgram.Start(world.Gateway.McpUrl(world.Server), token: null);
        await using var wrong = StdioBridgeProgram.Start(world.Gateway.McpUrl(world.Server), "mcpg_no_such_token");

        ErrorOf(await without.AskAsync(Call)).ShouldContain("set MCPGATEWAY_TOKEN");
        ErrorOf(await wrong.AskAsync(Call)).ShouldContain("token in MCPGATEWAY_TOKEN");
    }

    [Fact]
    public async Task Bridge_WrongAddress_SaysSo()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var noServer = StdioBridgeProgram.Start(world.Gateway.McpUrl("no-such-server"), world.Token);
        await using var nobody = StdioBridgeProgram.Start($"http://127.0.0.1:{Peers.FreePort()}/mcp", world.Token);

        ErrorOf(await noServer.AskAsync(Call)).ShouldContain("check the virtual server's id");
        ErrorOf(await nobody.AskAsync(Call)).ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Bridge_SessionLost_SaysSoAndTakesANewHandshake()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();
        fake.ForgetSessions();

        ErrorOf(await bridge.AskAsync(Call)).ShouldContain("send initialize");
        await bridge.InitializeAsync();

        (await bridge.AskAsync(Call)).TryGetProperty("result", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(FakeFault.ServerError)]
    [InlineData(FakeFault.WrongContentType)]
    [InlineData(FakeFault.Garbage)]
    [InlineData(FakeFault.CutStream)]
    [InlineData(FakeFault.CutBody)]
    [InlineData(FakeFault.WrongId)]
    [InlineData(FakeFault.Empty)]
    [InlineData(FakeFault.Redirect)]
    public async Task Bridge_EndpointMisbehaves_TheRequestGetsAnErrorAndTheNextIsServed(FakeFault fault)
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();
        fake.Fail("tools/call", fault, times: 1);

        var refused = await bridge.AskAsync(Call);
        refused.GetProperty("id").GetInt32().ShouldBe(7);
        ErrorOf(refused).ShouldNotBeNullOrWhiteSpace();

        (await bridge.AskAsync(Call)).TryGetProperty("result", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Bridge_LinesThatAreNoMessages_AreRefusedAndTheNextIsServed()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();

        (await bridge.AskAsync("{not json")).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32700);
        (await bridge.AskAsync("""{"jsonrpc":"1.0","id":3,"method":"ping"}""")).GetProperty("id").GetInt32().ShouldBe(3);
        (await bridge.AskAsync(Call)).TryGetProperty("result", out _).ShouldBeTrue();
        fake.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bridge_LegacyCancellation_IsPosted()
    {
        await using var fake = await FakeUpstream.StartAsync(static upstream => upstream.AddTool("slow", WaitAsync));
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);
        await bridge.InitializeAsync();
        await bridge.SendAsync("""{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"slow"}}""");
        await fake.WaitForAsync("tools/call");

        await bridge.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":8}}""");

        (await fake.WaitForAsync("notifications/cancelled"))[0].SessionId.ShouldBe(fake.SessionIds.Single());
    }

    [Fact]
    public async Task Bridge_ModernMessages_GetTheirHeadersAndCancelByGoingAway()
    {
        var cancelled = new TaskCompletionSource();
        await using var fake = await FakeUpstream.StartAsync(upstream =>
        {
            upstream.Era = FakeEra.Modern;
            upstream.AddTool("slow", async call =>
            {
                await using var registration = call.Cancelled.Register(() => cancelled.TrySetResult());
                return await WaitAsync(call);
            });
        });
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);

        var echo = await bridge.AskAsync(Modern(1, "tools/call", " \"name\":\"echo\",\"arguments\":{\"x\":\"ü\"}"));
        echo.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"x":"ü"}""");
        await bridge.SendAsync(Modern(2, "tools/call", "\"name\":\"slow\""));
        await fake.WaitForAsync("tools/call", count: 2);
        await bridge.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}""");

        await cancelled.Task.Soon();
        fake.ReceivedOf("notifications/cancelled").ShouldBeEmpty();
    }

    [Fact]
    public async Task Bridge_ModernTool_RepeatsTheArgumentsItAsksFor()
    {
        const string definition =
            """{"name":"regional","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}""";
        await using var fake = await FakeUpstream.StartAsync(static upstream =>
        {
            upstream.Era = FakeEra.Modern;
            upstream.AddTool("regional", definition: definition);
        });
        await using var bridge = StdioBridgeProgram.Start(fake.Url, token: null);

        await bridge.AskAsync(Modern(1, "tools/list", ""));
        await bridge.AskAsync(Modern(2, "tools/call", "\"name\":\"regional\",\"arguments\":{\"region\":\"eu\"}"));

        fake.ReceivedOf("tools/call").ShouldHaveSingleItem().Headers["Mcp-Param-Region"].ShouldBe("eu");
    }

    private static async Task<string> WaitAsync(FakeCall call)
    {
        await Task.Delay(Timeout.Infinite, call.Cancelled);
        return "";
    }

    private static string Modern(int id, string method, string parameters)
    {
        const string meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        return $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{ {{parameters}}{{(parameters.Length == 0 ? "" : ",")}}{{meta}} } }""";
    }

    private static string ErrorOf(JsonElement answer) => answer.GetProperty("error").GetProperty("message").GetString()!;
}

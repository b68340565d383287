using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Telemetry;

/// <summary>Where a call's time went, in its own answer.</summary>
public sealed class OverheadTests
{
    private const string Key = "io.mcpgateway/overhead";

    [Theory]
    [InlineData("2025-11-25", false)]
    [InlineData("2025-11-25", true)]
    [InlineData(BridgeWorld.Modern, false)]
    [InlineData(BridgeWorld.Modern, true)]
    public async Task Split_AskedFor_ComesWithTheAnswer(string revision, bool asEvents)
    {
        await using var world = await StartAsync(upstream => upstream.AnswerWithSse = asEvents);

        var split = Split(await AskAsync(world, revision));

        split.GetProperty("unit").GetString().ShouldBe("ms");
        double Of(string stage) => split.GetProperty(stage).GetDouble();
        Of("auth").ShouldBeGreaterThan(0);
        Of("policy").ShouldBeGreaterThan(0);
        Of("upstream").ShouldBeGreaterThan(50, "the tool takes its time");
        Of("first_byte").ShouldBeInRange(asEvents ? 0.001 : 50, Of("upstream"));
        Of("own").ShouldBeInRange(0.001, Of("total") - 50);
        Of("total").ShouldBeGreaterThan(Of("auth") + Of("policy") + Of("first_byte"));
    }

    [Fact]
    public async Task Split_OverConnectionWithoutHttp_HasTheUpstreamsTimeToo()
    {
        await using var world = await TracedWorld.StartGatewayAsync(AddSlow, "SSE");

        Split(await AskAsync(world, "2025-11-25")).GetProperty("first_byte").GetDouble().ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Split_OfAnotherGatewayBehind_IsReplaced()
    {
        await using var world = await StartAsync(upstream => upstream.AddTool("slow", _ => Task.FromResult(
            $$"""{"content":[],"_meta":{"{{Key}}":{"own":1000000},"kept":1} }""")));

        var answer = await AskAsync(world, "2025-11-25");

        answer.GetRawText().Split(Key).Length.ShouldBe(2, "the key stands there once");
        Split(answer).GetProperty("own").GetDouble().ShouldBeLessThan(1000000);
        answer.GetProperty("result").GetProperty("_meta").GetProperty("kept").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Split_WithoutPermission_IsNotGiven()
    {
        await using var world = await StartAsync();
        var made = await world.Gateway.SendAsync(
            "POST", "/tokens", """{"name":"agent","scope":{"permissions":["servers.use","tools.read","tools.execute"]} }""");
        var permitted = await world.Gateway.SendAsync(
            "POST", "/tokens", """{"name":"watcher","scope":{"permissions":["servers.use","tools.read","tools.execute","metrics.overhead"]} }""");

        var without = await AskAsync(world, "2025-11-25", made["access_token"]!);
        var with = await AskAsync(world, "2025-11-25", permitted["access_token"]!);

        without.GetProperty("result").TryGetProperty("_meta", out _).ShouldBeFalse(without.GetRawText());
        Split(with).GetProperty("total").GetDouble().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("2025-11-25", null)]
    [InlineData("2025-11-25", "null")]
    [InlineData("2025-11-25", """{"why":1}""")]
    [InlineData(BridgeWorld.Modern, "{}")]
    [InlineData(BridgeWorld.Modern, """{"io.mcpgateway/overhead":{"own":1000000},"why":1}""")]
    public async Task Split_OfAnErrorOfTheUpstream_StandsInItsData(string revision, string? data)
    {
        await using var world = await StartAsync(upstream => upstream.AddTool("failing", call => call.FailAsync(-32000, "no", data)));

        var answer = await AskAsync(world, revision, tool: "failing");

        var error = answer.GetProperty("error");
        error.GetProperty("message").GetString().ShouldBe("no");
        error.GetProperty("data").GetProperty(Key).GetProperty("own").GetDouble().ShouldBeInRange(0.001, 999_999);
        error.GetProperty("data").TryGetProperty("why", out _).ShouldBe(data?.Contains("why", StringComparison.Ordinal) == true);
        answer.GetRawText().Split(Key).Length.ShouldBe(2, "the key stands there once");
    }

    [Fact]
    public async Task Split_OfAnErrorWhoseDataIsNoObject_IsLeftOut()
    {
        await using var world = await StartAsync(upstream => upstream.AddTool("failing", call => call.FailAsync(-32000, "no", "\"because\"")));

        (await AskAsync(world, "2025-11-25", tool: "failing")).GetProperty("error").GetProperty("data").GetString().ShouldBe("because");
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData(BridgeWorld.Modern)]
    public async Task Split_OfACallThatTheUpstreamCouldNotAnswer_StandsInTheErrorsData(string revision)
    {
        await using var world = await StartAsync(upstream => upstream.AddTool("broken", _ => Task.FromResult("nonsense")));

        var split = (await AskAsync(world, revision, tool: "broken")).GetProperty("error").GetProperty("data").GetProperty(Key);

        split.GetProperty("upstream").GetDouble().ShouldBeGreaterThan(0);
        split.GetProperty("total").GetDouble().ShouldBeGreaterThan(split.GetProperty("upstream").GetDouble());
    }

    [Theory]
    [InlineData("true", null, true)]
    [InlineData("1", null, false)]
    [InlineData("true", "false", false)]
    public async Task Split_AskedForByAHeader_ComesUnlessTheMessageSaysNo(string header, string? member, bool comes)
    {
        await using var world = await StartAsync();
        var meta = member is null ? "" : $$$""","_meta":{"{{{Key}}}":{{{member}}}}""";

        var answer = await world.RequestAsync(
            "2025-11-25", "tools/call", $$$"""{"name":"slow","arguments":{}{{{meta}}} }""", ("X-McpGateway-Overhead", header));

        (answer.GetProperty("result").TryGetProperty("_meta", out var given) && given.TryGetProperty(Key, out _)).ShouldBe(comes, answer.GetRawText());
    }

    [Fact]
    public async Task Split_NotAskedFor_LeavesTheAnswerAsItCame()
    {
        await using var world = await StartAsync();

        var answer = await world.RequestAsync("2025-11-25", "tools/call", $$$"""{"name":"slow","arguments":{},"_meta":{"{{{Key}}}":false} }""");

        answer.GetProperty("result").TryGetProperty("_meta", out _).ShouldBeFalse(answer.GetRawText());
    }

    private static Task<BridgeWorld> StartAsync(Action<FakeUpstream>? configure = null) => BridgeWorld.StartAsync(upstream =>
    {
        AddSlow(upstream);
        configure?.Invoke(upstream);
    });

    private static void AddSlow(FakeUpstream upstream) => upstream.AddTool("slow", async call =>
    {
        // Not to wait for anything: it is the time that is measured.
        await Task.Delay(60, call.Cancelled);
        return FakeCall.Text("done");
    });

    private static async Task<JsonElement> AskAsync(BridgeWorld world, string revision, string? token = null, string tool = "slow")
    {
        (string, string)[] headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
        if (revision != BridgeWorld.Modern)
        {
            return BridgeWorld.Messages(await world.PostAsync(
                $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{},"_meta":{"{{{Key}}}":true} } }""",
                [("Mcp-Protocol-Version", revision), .. headers]))[^1];
        }

        var body = $$$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"{{{revision}}}",
            "io.modelcontextprotocol/clientCapabilities":{},"{{{Key}}}":true} } }
            """;
        return BridgeWorld.Messages(await world.PostAsync(
            body, [("MCP-Protocol-Version", revision), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool), .. headers]))[^1];
    }

    private static JsonElement Split(JsonElement answer) => answer.GetProperty("result").GetProperty("_meta").GetProperty(Key);
}

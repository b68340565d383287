using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Bridging;

public sealed class ParamHeaderTests
{
    private const string Region = """{"name":"query","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}}}}}""";
    private const string Zone = """{"name":"query","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Zone"}}}}""";
    private const string Call = """{"name":"query","arguments":{"region":"Zürich","deep":{"n":7}}}""";

    [Fact]
    public async Task LegacyClient_OfAModernUpstream_GetsItsArgumentsRepeatedInHeaders()
    {
        await using var world = await StartAsync();

        await world.RequestAsync("2025-11-25", "tools/call", Call);
        await world.RequestAsync("2025-11-25", "tools/call", """{"name":"query","arguments":{"region":null}}""");

        var calls = world.Upstream.ReceivedOf("tools/call");
        calls[0].Headers["Mcp-Param-Region"].ShouldBe("=?base64?WsO8cmljaA==?=");
        calls[0].Headers["Mcp-Param-N"].ShouldBe("7");
        calls[1].Headers.Keys.ShouldNotContain("Mcp-Param-Region");
        calls[1].Headers.Keys.ShouldNotContain("Mcp-Param-N");
    }

    [Fact]
    public async Task ModernClient_HeadersArePassedThrough()
    {
        await using var world = await StartAsync();

        await world.ModernAsync(
            "tools/call", """{"name":"query","arguments":{"region":"eu","deep":{"n":7}}}""", ("Mcp-Param-Region", "eu"), ("Mcp-Param-N", "7.0"), ("Mcp-Param-Other", "x"));

        var call = world.Upstream.ReceivedOf("tools/call").ShouldHaveSingleItem();
        call.Headers["Mcp-Param-Region"].ShouldBe("eu");
        call.Headers["Mcp-Param-N"].ShouldBe("7.0");
    }

    [Fact]
    public async Task LegacyUpstream_GetsNone()
    {
        await using var world = await StartAsync(FakeEra.Legacy);

        await world.RequestAsync("2025-11-25", "tools/call", Call);

        world.Upstream.ReceivedOf("tools/call").ShouldHaveSingleItem().Headers.Keys.ShouldNotContain("Mcp-Param-Region");
    }

    [Fact]
    public async Task Refusal_WhenTheAnnotationsChanged_IsFollowedByOneMoreTry()
    {
        await using var world = await StartAsync();
        await world.RequestAsync("2025-11-25", "tools/call", Call);
        world.Upstream.AddTool("query", Demand("Mcp-Param-Zone"), Zone);

        var answer = await world.RequestAsync("2025-11-25", "tools/call", Call);

        answer.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("served");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(3);
        world.Upstream.ReceivedOf("tools/call")[^1].Headers["Mcp-Param-Zone"].ShouldBe("=?base64?WsO8cmljaA==?=");
    }

    [Fact]
    public async Task Refusal_WhenNothingChanged_IsTheAnswer()
    {
        await using var world = await StartAsync();
        world.Upstream.AddTool("query", Demand("Mcp-Param-Zone"), Region);

        var first = await world.RequestAsync("2025-11-25", "tools/call", Call);
        var discoveries = world.Upstream.ReceivedOf("tools/list").Count;
        var second = await world.RequestAsync("2025-11-25", "tools/call", Call);

        first.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32020);
        second.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32020);
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(2);
        world.Upstream.ReceivedOf("tools/list").Count.ShouldBe(discoveries);
    }

    /// <summary>A tool that refuses calls without a header.</summary>
    private static Func<FakeCall, Task<string>> Demand(string header) => async call =>
    {
        if (call.Header(header) is not null)
        {
            return FakeCall.Text("served");
        }

        var id = call.Message.GetProperty("id").GetRawText();
        await call.SendAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32020,"message":"{{{header}}} is missing"} }""");
        return "{}";
    };

    private static Task<BridgeWorld> StartAsync(FakeEra era = FakeEra.Modern) => BridgeWorld.StartAsync(upstream =>
    {
        upstream.Era = era;
        upstream.AddTool("query", definition: Region);
    });
}

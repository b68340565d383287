using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Bridging;

public sealed class ErrorBridgeTests
{
    [Theory]
    [InlineData("2024-11-05", -32002)]
    [InlineData("2025-11-25", -32002)]
    [InlineData(BridgeWorld.Modern, -32602)]
    public async Task Resource_UnknownToALegacyUpstream_IsReportedAsTheClientKnowsIt(string revision, int code)
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddResource("file:///gone"));
        world.Upstream.Resources.Clear();

        var error = (await world.RequestAsync(revision, "resources/read", """{"uri":"file:///gone"}""")).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(code);
        if (code == -32602)
        {
            error.GetProperty("data").GetProperty("uri").GetString().ShouldBe("file:///gone");
        }
    }

    [Theory]
    [InlineData("2025-11-25", """{"uri":"file:///r"}""", -32002)]
    [InlineData("2025-11-25", """{"field":"cursor"}""", -32602)]
    [InlineData(BridgeWorld.Modern, """{"uri":"file:///r"}""", -32602)]
    public async Task Resource_RefusedByAModernUpstream_IsNotFoundOnlyWhenItSaysWhich(string revision, string data, int code)
    {
        await using var world = await BridgeWorld.StartAsync(upstream =>
        {
            upstream.Era = FakeEra.Modern;
            upstream.AddResource("file:///r");
            Refuse(upstream.Resources, "file:///r", -32602, data);
        });

        var error = (await world.RequestAsync(revision, "resources/read", """{"uri":"file:///r"}""")).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(code);
        error.GetProperty("data").GetRawText().ShouldBe(data);
    }

    [Theory]
    [InlineData("2024-11-05")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData(BridgeWorld.Modern)]
    public async Task UrlElicitation_ForAClientThatCannotOpenAddresses_IsSaidInWords(string revision)
    {
        await using var world = await BridgeWorld.StartAsync(upstream =>
        {
            upstream.AddTool("sign");
            Refuse(
                upstream.Tools,
                "sign",
                -32042,
                """{"elicitations":[{"mode":"url","elicitationId":"e","url":"https://example.com/sign?x=1","message":"Please \"sign\"."}]}""");
        });

        var answer = await world.RequestAsync(revision, "tools/call", """{"name":"sign","arguments":{}}""");

        answer.GetProperty("id").GetRawText().ShouldBe("1");
        var result = answer.GetProperty("result");
        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        result.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("Please \"sign\". https://example.com/sign?x=1");
        result.TryGetProperty("resultType", out _).ShouldBe(revision == BridgeWorld.Modern);
    }

    [Fact]
    public async Task UrlElicitation_ForAClientThatDeclaredIt_IsPassedOn()
    {
        await using var world = await BridgeWorld.StartAsync(upstream =>
        {
            upstream.AddTool("sign");
            Refuse(upstream.Tools, "sign", -32042, """{"elicitations":[]}""");
        });
        var opened = await world.PostAsync(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{"url":{}}},"clientInfo":{"name":"c","version":"1"}}}""");

        var answer = await world.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sign","arguments":{}}}""", ("Mcp-Session-Id", opened.Headers["Mcp-Session-Id"]));

        BridgeWorld.Messages(answer)[^1].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32042);
    }

    [Fact]
    public async Task Method_UnknownToALegacyUpstream_Is404ForModernClientsOnly()
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddPrompt("p"));
        world.Upstream.AnswerWithSse = false;
        world.Upstream.UnknownMethods.Add("prompts/get");

        var modern = await world.ModernAsync("prompts/get", """{"name":"p"}""");
        var legacy = await world.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p"}}""", ("Mcp-Session-Id", await world.OpenAsync("2025-11-25")));

        (modern.Status, modern.Json.GetProperty("error").GetProperty("code").GetInt32()).ShouldBe((404, -32601));
        (legacy.Status, legacy.Json.GetProperty("error").GetProperty("code").GetInt32()).ShouldBe((200, -32601));
    }

    /// <summary>Lets an item answer with an error, on a stream of its own.</summary>
    private static void Refuse(IDictionary<string, FakeItem> items, string name, int code, string data) => items[name] = items[name] with
    {
        Run = async call =>
        {
            var id = call.Message.GetProperty("id").GetRawText();
            await call.SendAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":"refused","data":{{{data}}} } }""");
            await Task.Delay(Timeout.Infinite, call.Cancelled);
            return "{}";
        },
    };
}

using System.Text.Json;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Bridging;

public sealed class DownConversionTests
{
    private const string Rich =
        """
        {"content":[{"type":"text","text":"t"},{"type":"resource_link","uri":"file:///r","name":"r"},{"type":"audio","mimeType":"audio/wav","data":"AAAA"}],
        "structuredContent":{"a":1},"x-vendor":{"kept":true}}
        """;

    [Theory]
    [InlineData("2024-11-05", "text text text", false)]
    [InlineData("2025-03-26", "text text audio", false)]
    [InlineData("2025-06-18", "text resource_link audio", true)]
    [InlineData("2025-11-25", "text resource_link audio", true)]
    [InlineData(BridgeWorld.Modern, "text resource_link audio", true)]
    public async Task Result_OfModernUpstream_IsWhatTheClientsRevisionKnows(string revision, string types, bool structured)
    {
        await using var world = await StartAsync(FakeEra.Modern);

        var result = (await world.RequestAsync(revision, "tools/call", """{"name":"rich","arguments":{}}""")).GetProperty("result");

        TypesOf(result.GetProperty("content").EnumerateArray()).ShouldBe(types);
        result.TryGetProperty("structuredContent", out _).ShouldBe(structured);
        result.GetProperty("x-vendor").GetRawText().ShouldBe("""{"kept":true}""");
    }

    [Fact]
    public async Task Result_OfSessionUpstream_IsConvertedToo()
    {
        await using var world = await StartAsync(FakeEra.Legacy);

        var answer = await world.RequestAsync("2025-03-26", "tools/call", """{"name":"rich","arguments":{}}""");

        answer.GetProperty("id").GetRawText().ShouldBe("1");
        TypesOf(answer.GetProperty("result").GetProperty("content").EnumerateArray()).ShouldBe("text text audio");
        answer.GetProperty("result").TryGetProperty("structuredContent", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2025-03-26", false)]
    [InlineData("2025-06-18", false)]
    [InlineData("2025-11-25", false)]
    [InlineData(BridgeWorld.Modern, true)]
    public async Task StructuredContent_ThatIsNoObject_IsForModernClientsOnly(string revision, bool structured)
    {
        await using var world = await StartAsync(FakeEra.Modern);

        var result = (await world.RequestAsync(revision, "tools/call", """{"name":"list","arguments":{}}""")).GetProperty("result");

        result.TryGetProperty("structuredContent", out _).ShouldBe(structured);
        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("[1,2]");
    }

    [Theory]
    [InlineData("2024-11-05", "")]
    [InlineData("2025-03-26", "")]
    [InlineData("2025-06-18", "rich")]
    [InlineData("2025-11-25", "rich")]
    [InlineData(BridgeWorld.Modern, "list rich")]
    public async Task Lists_NameTheOutputSchemasThatTheClientsRevisionKnows(string revision, string expected)
    {
        await using var world = await StartAsync(FakeEra.Modern);

        var tools = (await world.RequestAsync(revision, "tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray().ToArray();
        var again = (await world.RequestAsync(revision, "tools/list")).GetProperty("result").GetProperty("tools");

        tools.Length.ShouldBe(3);
        tools.ShouldAllBe(tool => tool.GetProperty("inputSchema").GetProperty("type").GetString() == "object");
        string.Join(' ', tools.Where(tool => tool.TryGetProperty("outputSchema", out _)).Select(tool => tool.GetProperty("name").GetString())).ShouldBe(expected);
        again.EnumerateArray().Select(tool => tool.GetRawText()).ShouldBe(tools.Select(tool => tool.GetRawText()));
    }

    [Fact]
    public async Task Prompt_ForOldestClient_HasNoAudio()
    {
        await using var world = await StartAsync(FakeEra.Legacy);

        var old = await world.RequestAsync("2024-11-05", "prompts/get", """{"name":"spoken"}""");
        var newer = await world.RequestAsync("2025-03-26", "prompts/get", """{"name":"spoken"}""");

        TypeOfMessage(old).ShouldBe("text");
        TypeOfMessage(newer).ShouldBe("audio");

        static string TypeOfMessage(JsonElement answer) =>
            answer.GetProperty("result").GetProperty("messages")[0].GetProperty("content").GetProperty("type").GetString()!;
    }

    [Theory]
    [InlineData("2024-11-05", false)]
    [InlineData("2025-11-25", true)]
    public async Task Sse_ClientOfAnyRevision_GetsWhatItNegotiated(string revision, bool structured)
    {
        await using var world = await StartAsync(FakeEra.Modern);
        using var stream = await world.SendAsync(HttpMethod.Get, $"/servers/{world.ServerId}/sse", body: null).Soon();
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        var endpoint = await NextAsync(reader);

        await SayAsync($$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"{{revision}}","capabilities":{},"clientInfo":{"name":"c","version":"1"} } }""");
        JsonElement.Parse(await NextAsync(reader)).GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe(revision);
        await SayAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"rich","arguments":{}}}""");
        var result = JsonElement.Parse(await NextAsync(reader)).GetProperty("result");

        result.TryGetProperty("structuredContent", out _).ShouldBe(structured);

        async Task SayAsync(string message)
        {
            using var answer = await world.SendAsync(HttpMethod.Post, endpoint, message).Soon();
            ((int)answer.StatusCode).ShouldBe(202);
        }
    }

    private static async Task<string> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().Soon() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line["data: ".Length..];
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    private static string TypesOf(IEnumerable<JsonElement> blocks) => string.Join(' ', blocks.Select(block => block.GetProperty("type").GetString()));

    private static Task<BridgeWorld> StartAsync(FakeEra era) => BridgeWorld.StartAsync(upstream =>
    {
        upstream.Era = era;
        upstream.AddTool(
            "rich",
            _ => Task.FromResult(Rich.ReplaceLineEndings(" ")),
            """{"name":"rich","inputSchema":{"type":"object"},"outputSchema":{"type":"object"}}""");
        upstream.AddTool(
            "list",
            _ => Task.FromResult("""{"content":[{"type":"text","text":"[1,2]"}],"structuredContent":[1,2]}"""),
            """{"name":"list","inputSchema":{"type":"object"},"outputSchema":{"type":"array"}}""");
        upstream.AddPrompt("spoken", _ => Task.FromResult(
            """{"messages":[{"role":"user","content":{"type":"audio","mimeType":"audio/wav","data":"AAAA"}}]}"""));
    });
}

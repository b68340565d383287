using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Real clients reach real servers of three transports through one virtual server.</summary>
public class FederationTests(Federation federation)
{
    public static TheoryData<ClientKind> Clients => [.. Enum.GetValues<ClientKind>()];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_Connects_AndSeesOneOrdinaryServer(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        client.Handshake.GetProperty("capabilities").TryGetProperty("tools", out _).ShouldBeTrue();
        client.Handshake.GetProperty("server").GetProperty("name").GetString().ShouldNotBeNullOrEmpty();
        if (kind.IsModern())
        {
            client.Handshake.GetProperty("protocolVersion").GetString().ShouldBe(McpHttp.Modern);
        }

        var tools = Names(await client.CallAsync("listTools"), "tools");
        tools.ShouldContain("http-echo");
        tools.ShouldContain("sse-echo");
        tools.ShouldContain("files-read_text_file");
        tools.ShouldContain("memory-create_entities");
        tools.ShouldBeUnique();
        tools.ShouldAllBe(name => name.Length <= 64);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_CallsTools_OnEveryTransport(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        Text(await client.CallToolAsync("http-echo", new { message = "über HTTP" })).ShouldBe("Echo: über HTTP");
        Text(await client.CallToolAsync("sse-get-sum", new { a = 2, b = 40 })).ShouldContain("42");
        Text(await client.CallToolAsync("files-read_text_file", new { path = Path.Combine(world.Folder, "hello.txt") })).ShouldBe("hello from a file");
        var name = $"{kind} {Guid.NewGuid():N}";
        await client.CallToolAsync("memory-create_entities", new { entities = new[] { new { name, entityType = "client", observations = new[] { "was here" } } } });
        Text(await client.CallToolAsync("memory-search_nodes", new { query = name })).ShouldContain("was here");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_ToolFails_GetsTheServersOwnWords(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        var result = await client.CallToolAsync("files-read_text_file", new { path = "/etc/passwd" });

        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        Text(result).ShouldContain("outside allowed directories");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_UnknownTool_GetsAnError(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        var failure = await Should.ThrowAsync<PeerException>(() => client.CallToolAsync("http-no-such-tool"));

        failure.Error.GetProperty("code").GetInt32().ShouldBe(-32602);
        failure.Error.GetProperty("message").GetString()!.ShouldContain("http-no-such-tool");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_ReadsResources_DirectlyAndByTemplate(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        var resources = (await client.CallAsync("listResources")).GetProperty("resources");
        var uri = resources[0].GetProperty("uri").GetString();
        var direct = await client.CallAsync("readResource", new { uri });
        direct.GetProperty("contents")[0].GetProperty("uri").GetString().ShouldBe(uri);

        Names(await client.CallAsync("listResourceTemplates"), "resourceTemplates", "uriTemplate").ShouldContain("demo://resource/dynamic/text/{resourceId}");
        var templated = await client.CallAsync("readResource", new { uri = "demo://resource/dynamic/text/7" });
        templated.GetProperty("contents")[0].GetProperty("text").GetString()!.ShouldContain("7");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_RendersPrompts_AndCompletesTheirArguments(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        Names(await client.CallAsync("listPrompts"), "prompts").ShouldContain("http-args-prompt");
        var prompt = await client.CallAsync("getPrompt", new { name = "http-args-prompt", arguments = new { city = "Bremen" } });
        prompt.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString()!.ShouldContain("Bremen");

        var completion = await client.CallAsync("complete", new
        {
            @ref = new { type = "ref/prompt", name = "sse-completable-prompt" },
            argument = new { name = "department", value = "E" },
        });
        completion.GetProperty("completion").GetProperty("values").EnumerateArray().Select(value => value.GetString()).ShouldContain("Engineering");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_LongCall_HearsOfItsProgress(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);
        foreach (var upstream in new[] { "http", "sse" })
        {
            client.Events.Clear();
            var (id, answer) = client.Begin("callTool", new { name = upstream + "-trigger-long-running-operation", arguments = new { duration = 1, steps = 4 } });
            Text(await answer).ShouldContain("completed");

            var progress = client.Events
                .Where(said => said.GetProperty("event").GetString() == "progress" && said.GetProperty("call").GetInt32() == id)
                .Select(said => said.GetProperty("progress").GetDouble())
                .ToList();
            progress.ShouldNotBeEmpty($"{upstream}: {string.Join(' ', client.Events)}");
            progress.ShouldBeInOrder(SortDirection.Ascending);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_CancelsOneCall_TheOthersGoOn(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);
        var arguments = new { duration = 3, steps = 30 };
        var (unwanted, cancelled) = client.Begin("callTool", new { name = "http-trigger-long-running-operation", arguments });
        var (wanted, goesOn) = client.Begin("callTool", new { name = "http-trigger-long-running-operation", arguments });
        await HeardOfAsync(client, unwanted);
        await HeardOfAsync(client, wanted);

        await client.AbortAsync(unwanted);

        await Should.ThrowAsync<PeerException>(() => cancelled);
        Text(await goesOn).ShouldContain("completed");
    }

    [Theory]
    [InlineData(ClientKind.SdkHttp)]
    [InlineData(ClientKind.SdkSse)]
    [InlineData(ClientKind.SdkStdio)]
    public async Task LegacyClient_PingAndLogLevel_AreAnswered(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);

        await client.CallAsync("ping");
        await client.CallAsync("setLoggingLevel", new { level = "warning" });
        Text(await client.CallToolAsync("http-echo", new { message = "still there" })).ShouldBe("Echo: still there");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_ManyCallsAtOnce_EachGetsItsOwnAnswer(ClientKind kind)
    {
        var world = await federation.GetAsync();
        await using var client = await world.ConnectAsync(kind);
        string[] upstreams = ["http", "sse"];

        var calls = Enumerable.Range(0, 40).Select(async number =>
            (number, text: Text(await client.CallToolAsync(upstreams[number % 2] + "-echo", new { message = $"number {number}" }))));

        foreach (var (number, text) in await Task.WhenAll(calls))
        {
            text.ShouldBe($"Echo: number {number}");
        }
    }

    private static Task HeardOfAsync(PeerClient client, int call) => Eventually.TrueAsync(
        () => client.Events.Any(said => said.GetProperty("event").GetString() == "progress" && said.GetProperty("call").GetInt32() == call), $"call {call} runs");

    private static List<string> Names(JsonElement result, string list, string member = "name") =>
        [.. result.GetProperty(list).EnumerateArray().Select(item => item.GetProperty(member).GetString()!)];

    private static string Text(JsonElement result) => result.GetProperty("content")[0].GetProperty("text").GetString()!;
}

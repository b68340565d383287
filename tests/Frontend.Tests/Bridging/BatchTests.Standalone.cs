using System.Text.Json;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Bridging;

public sealed class BatchTests
{
    private const string March = "2025-03-26";

    [Fact]
    public async Task Batch_OfRequests_IsAnsweredWithAnArrayInTheirOrder()
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddTool("echo"));
        var session = await world.OpenAsync(March);

        var answer = await world.PostAsync($"[{Call(1, "echo", """{"n":1}""")},{Ping("\"two\"")},{Call(3, "none")}]", ("Mcp-Session-Id", session));

        answer.Status.ShouldBe(200);
        answer.ContentType.ShouldBe("application/json");
        Ids(answer.Json.EnumerateArray()).ShouldBe(["1", "\"two\"", "3"]);
        answer.Json[0].GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"n":1}""");
        answer.Json[2].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Batch_WithoutSessionAndVersion_IsAssumedToBeOfMarch2025()
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.Sessions = false);

        var answer = await world.PostAsync($"[{Ping("1")}]");

        answer.Json.GetArrayLength().ShouldBe(1);
        answer.Json[0].GetProperty("result").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public async Task Batch_OfLaterRevision_IsRefused()
    {
        await using var world = await BridgeWorld.StartAsync();
        foreach (var revision in (string[])["2024-11-05", "2025-06-18", "2025-11-25"])
        {
            var session = await world.OpenAsync(revision);

            var answer = await world.PostAsync($"[{Ping("1")}]", ("Mcp-Session-Id", session));

            answer.Status.ShouldBe(400, revision);
            ErrorOf(answer.Json).ShouldBe(-32600);
        }

        foreach (var version in (string[])["2025-06-18", "2026-07-28", "nonsense"])
        {
            var answer = await world.PostAsync($"[{Ping("1")}]", ("MCP-Protocol-Version", version));

            answer.Status.ShouldBe(400, version);
            ErrorOf(answer.Json).ShouldBe(-32600);
        }
    }

    [Fact]
    public async Task Batch_OfUnknownSession_IsNotFound()
    {
        await using var world = await BridgeWorld.StartAsync();

        var answer = await world.PostAsync($"[{Ping("1")}]", ("Mcp-Session-Id", "nonsense"));

        answer.Status.ShouldBe(404);
    }

    [Fact]
    public async Task Batch_OfNotificationsOnly_IsAccepted()
    {
        await using var world = await BridgeWorld.StartAsync();
        var session = await world.OpenAsync(March);

        var answer = await world.PostAsync(
            """[{"jsonrpc":"2.0","method":"notifications/initialized"},{"jsonrpc":"2.0","id":7,"result":{}}]""", ("Mcp-Session-Id", session));

        answer.Status.ShouldBe(202);
        answer.Text.ShouldBe("");
    }

    [Fact]
    public async Task Batch_EmptyOrTooLong_IsRefusedWhole()
    {
        await using var world = await BridgeWorld.StartAsync();
        var session = await world.OpenAsync(March);

        var empty = await world.PostAsync(" [ ] ", ("Mcp-Session-Id", session));
        var full = await world.PostAsync("[" + string.Join(',', Enumerable.Range(0, 100).Select(i => Ping($"{i}"))) + "]", ("Mcp-Session-Id", session));
        var tooLong = await world.PostAsync("[" + string.Join(',', Enumerable.Range(0, 101).Select(i => Ping($"{i}"))) + "]", ("Mcp-Session-Id", session));

        (empty.Status, ErrorOf(empty.Json)).ShouldBe((400, -32600));
        full.Json.GetArrayLength().ShouldBe(100);
        (tooLong.Status, ErrorOf(tooLong.Json)).ShouldBe((400, -32600));
    }

    [Fact]
    public async Task Batch_WithFaultyMessages_GivesEachItsOwnError()
    {
        await using var world = await BridgeWorld.StartAsync();
        var session = await world.OpenAsync(March);

        var answer = await world.PostAsync(
            $$$"""
            [7, {{{Ping("1")}}}, {"jsonrpc":"2.0","id":2}, [{{{Ping("3")}}}], {"jsonrpc":"2.0","id":4,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{} } },
             {"jsonrpc":"2.0","id":5,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }]
            """,
            ("Mcp-Session-Id", session));

        answer.Status.ShouldBe(200);
        Ids(answer.Json.EnumerateArray()).ShouldBe(["null", "1", "2", "null", "4", "5"]);
        answer.Json.EnumerateArray().Select(message => message.TryGetProperty("error", out _)).ShouldBe([true, false, true, true, true, true]);
        answer.Headers.Keys.ShouldNotContain("Mcp-Session-Id");
    }

    [Fact]
    public async Task Batch_WhenOneReportsProgress_BecomesAStream()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddTool("slow", async call =>
        {
            await release.Task;
            await call.ProgressAsync(1, 2);
            return FakeCall.Text("slow");
        }));
        var session = await world.OpenAsync(March);
        var slow = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{},"_meta":{"progressToken":"p"}}}""";

        var answering = world.PostAsync($"[{slow},{Call(2, "echo")}]", ("Mcp-Session-Id", session));
        await world.Upstream.WaitForAsync("tools/call", 2);
        release.SetResult();
        var answer = await answering;

        answer.ContentType.ShouldBe("text/event-stream");
        var messages = BridgeWorld.Messages(answer);
        messages.Count(message => message.TryGetProperty("method", out var method) && method.GetString() == "notifications/progress").ShouldBe(1);
        Ids(messages.Where(message => message.TryGetProperty("result", out _))).Order().ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Batch_OfSlowCalls_RunsThemAtTheSameTimeButNotAll()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = 0;
        var most = 0;
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddTool("wait", async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await release.Task;
            Interlocked.Decrement(ref now);
            return FakeCall.Text("done");
        }));
        var session = await world.OpenAsync(March);

        var answering = world.PostAsync("[" + string.Join(',', Enumerable.Range(1, 20).Select(i => Call(i, "wait"))) + "]", ("Mcp-Session-Id", session));
        await Eventually.TrueAsync(() => Volatile.Read(ref now) == 8, "eight calls run at the same time");
        release.SetResult();
        var answer = await answering;

        answer.Json.GetArrayLength().ShouldBe(20);
        most.ShouldBe(8);
    }

    [Fact]
    public async Task Batch_WithACancelledRequest_AnswersTheOthers()
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.AddTool("forever", async call =>
        {
            await Task.Delay(Timeout.Infinite, call.Cancelled);
            return FakeCall.Text("never");
        }));
        var session = await world.OpenAsync(March);

        var answering = world.PostAsync($"[{Call(1, "forever")},{Call(2, "echo")}]", ("Mcp-Session-Id", session));
        await world.Upstream.WaitForAsync("tools/call", 2);
        await world.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", ("Mcp-Session-Id", session));
        var answer = await answering;

        Ids(answer.Json.EnumerateArray()).ShouldBe(["2"]);
    }

    private static string Ping(string id) => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}""";

    private static string Call(int id, string tool, string arguments = "{}") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} } }""";

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> messages) => messages.Select(message => message.GetProperty("id").GetRawText());

    private static int ErrorOf(JsonElement message) => message.GetProperty("error").GetProperty("code").GetInt32();
}

using McpGateway.Frontend.Tasks;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>Calls of which a client of 2025-11-25 wants a task, and which a modern upstream answers at once.</summary>
public sealed class KeptTaskTests
{
    private const string Now = """{"now":{"content":[{"type":"text","text":"done"}],"x-kept":[1.0]} }""";

    [Fact]
    public async Task Answer_IsACompletedTask_WithAResult()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();

        var made = await world.MakeLegacyAsync(session, Now);
        var id = made.GetProperty("taskId").GetString()!;
        var task = await world.GetLegacyAsync(session, id);
        var result = (await world.AskLegacyAsync(session, "tasks/result", TaskWorld.Naming(id))).GetProperty("result");

        made.GetProperty("status").GetString().ShouldBe("completed");
        made.GetProperty("ttl").GetInt32().ShouldBe(60_000);
        made.TryGetProperty("result", out _).ShouldBeFalse();
        made.GetProperty("createdAt").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        task.GetRawText().ShouldBe(made.GetRawText());
        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        result.GetProperty("x-kept").GetRawText().ShouldBe("[1.0]");
        result.GetProperty("_meta").GetProperty("io.modelcontextprotocol/related-task").GetProperty("taskId").GetString().ShouldBe(id);
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
        world.Upstream.ReceivedOf("tasks/get").ShouldBeEmpty();
    }

    [Fact]
    public async Task ToolError_IsAFailedTask_WithAResult()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();

        var made = await world.MakeLegacyAsync(session, """{"now":{"content":[],"isError":true} }""");
        var result = await world.AskLegacyAsync(session, "tasks/result", TaskWorld.Naming(made.GetProperty("taskId").GetString()!));

        made.GetProperty("status").GetString().ShouldBe("failed");
        result.GetProperty("result").GetProperty("isError").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task ProtocolError_IsTheAnswerToTheCall()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();
        world.Upstream.AddTool("job", static call => call.FailAsync(-32602, "no such thing"));

        var answer = await world.AskLegacyAsync(session, "tools/call", """{"name":"job","arguments":{},"task":{} }""");

        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Task_IsListed_AndCannotBeCancelled()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();
        var id = (await world.MakeLegacyAsync(session, Now)).GetProperty("taskId").GetString()!;

        var cancelled = await world.AskLegacyAsync(session, "tasks/cancel", TaskWorld.Naming(id));
        var listed = await world.ListLegacyAsync(session);

        cancelled.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        listed.ShouldHaveSingleItem().GetProperty("taskId").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task Task_OfAnotherCaller_IsUnknown()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();
        var id = (await world.MakeLegacyAsync(session, Now)).GetProperty("taskId").GetString()!;
        var token = (await world.Gateway.Gateway.SendAsync("POST", "/tokens", """{"name":"other"}"""))["access_token"]!;

        var foreign = await world.Gateway.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"tasks/result","params":{"taskId":"{{{id}}}"} }""",
            ("MCP-Protocol-Version", "2025-11-25"),
            ("Authorization", $"Bearer {token}"));
        var modern = await world.ModernAsync("tasks/get", TaskWorld.Naming(id));

        foreign.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        modern.GetProperty("error").GetRawText().ShouldBe(foreign.Json.GetProperty("error").GetRawText());
    }

    [Fact]
    public async Task Task_WhoseTimeIsOver_IsForgotten()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();
        var id = (await world.MakeLegacyAsync(session, Now, ttl: 300)).GetProperty("taskId").GetString()!;
        var kept = world.Service<KeptTasks>();

        await Eventually.TrueAsync(() => kept.Count == 0, "its time is over");

        var answer = await world.AskLegacyAsync(session, "tasks/result", TaskWorld.Naming(id));
        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Caller_WithTooManyTasks_LosesTheOldest()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.OpenLegacyAsync();
        var ids = new List<string>();
        for (var i = 0; i <= KeptTasks.MaxOfCaller; i++)
        {
            ids.Add((await world.MakeLegacyAsync(session, Now)).GetProperty("taskId").GetString()!);
        }

        (await world.AskLegacyAsync(session, "tasks/get", TaskWorld.Naming(ids[0]))).TryGetProperty("error", out _).ShouldBeTrue();
        (await world.GetLegacyAsync(session, ids[1])).GetProperty("status").GetString().ShouldBe("completed");
        world.Service<KeptTasks>().Count.ShouldBe(KeptTasks.MaxOfCaller);
    }
}

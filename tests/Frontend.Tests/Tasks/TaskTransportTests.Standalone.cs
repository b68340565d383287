using McpGateway.Frontend.Tests.Questions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>Tasks of upstreams that are processes, or speak HTTP+SSE.</summary>
public sealed class TaskTransportTests
{
    public static TheoryData<string, FakeEra, string> Upstreams => new()
    {
        { "STDIO", FakeEra.Legacy, "per-user" },
        { "STDIO", FakeEra.Modern, "per-user" },
        { "SSE", FakeEra.Legacy, "per-user" },
        { "STDIO", FakeEra.Legacy, "per-session" },
        { "SSE", FakeEra.Legacy, "per-session" },
    };

    [Theory]
    [MemberData(nameof(Upstreams))]
    public async Task LegacyClient_SeesItsTaskThrough(string transport, FakeEra era, string sharing)
    {
        await using var world = await TaskWorld.StartAsync(era, transport: transport, sharing: sharing);
        var session = await world.OpenLegacyAsync();

        var id = await world.StartLegacyAsync(session);
        (await world.GetLegacyAsync(session, id)).GetProperty("status").GetString().ShouldBe("working");
        var asking = world.AskLegacyAsync(session, "tasks/result", TaskWorld.Naming(id));
        await world.EndAsync("done", session);
        var result = (await asking).GetProperty("result");

        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        result.GetProperty("_meta").GetProperty("io.modelcontextprotocol/related-task").GetProperty("taskId").GetString().ShouldBe(id);
        (await world.GetLegacyAsync(session, id)).GetProperty("status").GetString().ShouldBe("completed");
        (await world.ListLegacyAsync(session)).ShouldHaveSingleItem().GetProperty("taskId").GetString().ShouldBe(id);
    }

    [Theory]
    [MemberData(nameof(Upstreams))]
    public async Task LegacyClient_CancelsItsTask(string transport, FakeEra era, string sharing)
    {
        await using var world = await TaskWorld.StartAsync(era, transport: transport, sharing: sharing);
        var session = await world.OpenLegacyAsync();
        var id = await world.StartLegacyAsync(session);

        var cancelled = await world.AskLegacyAsync(session, "tasks/cancel", TaskWorld.Naming(id));

        cancelled.GetProperty("result").GetProperty("status").GetString().ShouldBe("cancelled", cancelled.GetRawText());
        (await world.GetLegacyAsync(session, id)).GetProperty("status").GetString().ShouldBe("cancelled");
    }

    [Theory]
    [InlineData("STDIO", FakeEra.Legacy)]
    [InlineData("STDIO", FakeEra.Modern)]
    [InlineData("SSE", FakeEra.Legacy)]
    public async Task LegacyClient_OfAConnectionOfItsOwn_IsAsked(string transport, FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, transport: transport);
        var session = await world.OpenLegacyAsync();
        var id = await world.StartLegacyAsync(session);
        await world.AskAsync(session);

        using var answer = await world.LegacyAsync(session, "tasks/result", TaskWorld.Naming(id));
        var question = (await answer.NextAsync())!.Value;
        question.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/related-task").GetProperty("taskId").GetString().ShouldBe(id);
        await world.RespondAsync(session, question, QuestionWorld.Accepted);

        QuestionWorld.TextOf(await answer.NextAsync()).ShouldContain("Ada");
    }

    [Theory]
    [MemberData(nameof(Upstreams))]
    public async Task ModernClient_SeesItsTaskThrough(string transport, FakeEra era, string sharing)
    {
        // Over a connection on which a call can ask and a task cannot, only a tool that runs in no other way becomes a task.
        await using var world = await TaskWorld.StartAsync(era, sharing == "per-session" ? "required" : "optional", transport, sharing);

        var id = await world.StartModernAsync();
        (await world.GetModernAsync(id)).GetProperty("status").GetString().ShouldBe("working");
        await world.EndAsync("done");
        var task = await world.GetModernAsync(id);
        var cancelled = await world.ModernAsync("tasks/cancel", TaskWorld.Naming(id));

        task.GetProperty("status").GetString().ShouldBe("completed", task.GetRawText());
        task.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        cancelled.GetProperty("result").GetProperty("resultType").GetString().ShouldBe("complete");
    }

    [Theory]
    [InlineData("STDIO")]
    [InlineData("SSE")]
    public async Task ModernClient_ThatACallCanAsk_GetsNoTaskOfAnOptionalTool(string transport)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, transport: transport);

        var answer = await world.ModernAsync("tools/call", """{"name":"job","arguments":{} }""");

        QuestionWorld.TextOf(answer).ShouldBe("at once");
    }

    [Fact]
    public async Task ModernClient_IsAskedByATaskOfAModernProcess()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern, transport: "STDIO");
        var id = await world.StartModernAsync();
        await world.AskAsync();

        var waiting = await world.GetModernAsync(id);
        waiting.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("who");
        await world.ModernAsync("tasks/update", $$$"""{"taskId":"{{{id}}}","inputResponses":{"who":{{{QuestionWorld.Accepted}}}} }""");

        (await world.GetModernAsync(id)).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("Ada");
    }

    [Theory]
    [InlineData("STREAMABLEHTTP")]
    [InlineData("SSE")]
    public async Task Call_ThatWaitsForATask_CancelsItWithItself(string transport)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, "required", transport);
        var session = await world.OpenLegacyAsync();

        var calling = world.LegacyAsync(session, "tools/call", """{"name":"job","arguments":{} }""");
        await world.Upstream.WaitForAsync("tasks/result");
        await world.Gateway.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1} }""", ("Mcp-Session-Id", session));
        using var answer = await calling;

        (await answer.NextAsync()).ShouldBeNull();
        await world.Tasks.Made[0].Ended.Soon();
        world.Tasks.Made[0].Status.ShouldBe("cancelled");
    }

    [Theory]
    [InlineData("STDIO")]
    [InlineData("SSE")]
    public async Task Client_ThatKnowsNoTasks_WaitsForIt(string transport)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, "required", transport, "per-user");

        var calling = world.ModernAsync("tools/call", """{"name":"job","arguments":{} }""", capabilities: "{}");
        await world.EndOnceMadeAsync("done");
        var result = await calling;

        QuestionWorld.TextOf(result).ShouldBe("done");
        result.GetRawText().ShouldNotContain("related-task");
    }
}

using System.Text.Json;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Frontend.Tests.Subscriptions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>Clients of 2025-11-25 with core tasks, before upstreams of either form.</summary>
public sealed class LegacyTaskTests
{
    private const string Related = "io.modelcontextprotocol/related-task";

    [Theory]
    [BothEras]
    public async Task Task_HasAnIdOfOurs_AndTheCoresForm(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);
        var job = await world.StartLegacyJobAsync();
        var task = await job.GetAsync();

        job.Id.ShouldNotContain("task 1");
        task.GetProperty("taskId").GetString().ShouldBe(job.Id);
        task.GetProperty("status").GetString().ShouldBe("working");
        task.GetProperty("ttl").GetInt32().ShouldBe(60000);
        task.GetProperty("pollInterval").GetInt32().ShouldBe(50);
        task.GetProperty("x-kept").GetRawText().ShouldBe("[1]");
        task.TryGetProperty("ttlMs", out _).ShouldBeFalse();
    }

    [Theory]
    [BothEras]
    public async Task Result_IsWaitedFor_AndNamesItsTask(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);
        var job = await world.StartLegacyJobAsync();

        var asking = job.SendAsync("tasks/result");
        await world.Upstream.WaitForAsync(era == FakeEra.Modern ? "tasks/get" : "tasks/result");
        world.Tasks.Made[0].Complete(FakeCall.Text("done"));
        using var answer = await asking;
        var result = (await answer.NextAsync())!.Value.GetProperty("result");

        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        result.GetProperty("_meta").GetProperty(Related).GetProperty("taskId").GetString().ShouldBe(job.Id);
    }

    [Theory]
    [BothEras]
    public async Task Question_ComesOnTheStreamOfTheResult(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);
        var job = await world.StartLegacyJobAsync();
        world.Tasks.Made[0].Ask();

        using var answer = await job.SendAsync("tasks/result");
        var question = (await answer.NextAsync())!.Value;
        question.GetProperty("method").GetString().ShouldBe("elicitation/create");
        question.GetProperty("params").GetProperty("_meta").GetProperty(Related).GetProperty("taskId").GetString().ShouldBe(job.Id);
        await world.RespondAsync(
            job.Session, question, $$$"""{"action":"accept","content":{"name":"Ada"},"_meta":{"{{{Related}}}":{"taskId":"{{{job.Id}}}"} } }""");
        var result = (await answer.NextAsync())!.Value;

        var text = QuestionWorld.TextOf(result);
        text.ShouldContain("Ada");
        text.ShouldNotContain(era == FakeEra.Legacy ? job.Id : "nothing to leave out");
    }

    [Theory]
    [BothEras]
    public async Task Cancel_ShowsTheTask_AndIsRefusedOfAnEndedOne(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);
        var job = await world.StartLegacyJobAsync();

        var first = await job.AskAsync("tasks/cancel");
        var second = await job.AskAsync("tasks/cancel");

        first.GetProperty("result").GetProperty("status").GetString().ShouldBe("cancelled", first.GetRawText());
        first.GetProperty("result").GetProperty("taskId").GetString().ShouldBe(job.Id);
        second.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task ToolError_OfAModernUpstream_IsAFailedTaskWithAResult()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var job = await world.StartLegacyJobAsync();
        world.Tasks.Made[0].Complete(FakeCall.Text("no luck", isError: true));

        var task = await job.GetAsync();
        var result = await job.AskAsync("tasks/result");

        task.GetProperty("status").GetString().ShouldBe("failed");
        task.TryGetProperty("result", out _).ShouldBeFalse();
        result.GetProperty("result").GetProperty("isError").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task ProtocolError_OfAModernUpstream_IsTheErrorOfTheResult()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var job = await world.StartLegacyJobAsync();
        world.Tasks.Made[0].Fail(-32050, "broke");

        var result = await job.AskAsync("tasks/result");

        result.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32050);
        result.GetProperty("error").GetProperty("message").GetString().ShouldBe("broke");
    }

    [Fact]
    public async Task Question_ThatTheClientCannotAnswer_EndsTheTask()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var session = await world.Gateway.OpenAsync("2025-11-25");
        var id = await world.StartLegacyAsync(session);
        world.Tasks.Made[0].Ask();

        var result = await world.AskLegacyAsync(session, "tasks/result", TaskWorld.Naming(id));

        result.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("elicitation");
        world.Tasks.Made[0].Status.ShouldBe("cancelled");
    }

    [Fact]
    public async Task WaitForAResult_CanBeCancelled_AndTheTaskGoesOn()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var job = await world.StartLegacyJobAsync();

        var asking = job.SendAsync("tasks/result");
        await world.Upstream.WaitForAsync("tasks/get");
        await world.Gateway.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2} }""", ("Mcp-Session-Id", job.Session));
        using var answer = await asking;

        (await answer.NextAsync()).ShouldBeNull();
        world.Tasks.Made[0].Status.ShouldBe("working");
    }

    [Theory]
    [BothEras]
    public async Task List_HasTheCallersTasks_PageByPage(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);
        var session = await world.OpenLegacyAsync();
        var ids = new List<string>();
        for (var i = 0; i < 22; i++)
        {
            ids.Add(await world.StartLegacyAsync(session));
        }

        // The gateway notes a task without keeping its client waiting.
        JsonElement first;
        using var patience = new CancellationTokenSource(Eventually.Patience);
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            first = (await world.AskLegacyAsync(session, "tasks/list", "{}")).GetProperty("result");
        }
        while (!first.TryGetProperty("nextCursor", out _));

        var rest = await world.AskLegacyAsync(session, "tasks/list", $$"""{"cursor":{{first.GetProperty("nextCursor").GetRawText()}}}""");
        var garbage = await world.AskLegacyAsync(session, "tasks/list", """{"cursor":"x"}""");

        JsonElement[] all = [.. first.GetProperty("tasks").EnumerateArray(), .. rest.GetProperty("result").GetProperty("tasks").EnumerateArray()];
        all.Select(static task => task.GetProperty("taskId").GetString()).ShouldBe(ids, ignoreOrder: true);
        all.ShouldAllBe(static task => task.GetProperty("status").GetString() == "working");
        garbage.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Client_ThatKnowsNoTasks_WaitsForATaskOfAModernUpstream(string revision)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern, support: "required");
        var session = await world.Gateway.OpenAsync(revision, QuestionWorld.Everything);

        var calling = world.LegacyAsync(session, "tools/call", """{"name":"job","arguments":{} }""");
        await world.Upstream.WaitForAsync("tasks/get");
        world.Tasks.Made[0].Ask();
        using var answer = await calling;
        var question = (await answer.NextAsync())!.Value;
        question.GetProperty("params").TryGetProperty("_meta", out _).ShouldBeFalse();
        await world.RespondAsync(session, question, QuestionWorld.Accepted);
        var result = (await answer.NextAsync())!.Value;

        QuestionWorld.TextOf(result).ShouldContain("Ada");
        result.GetRawText().ShouldNotContain("related-task");
        world.Tasks.Made.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ThatWaitsForATask_CancelsItWithItself()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern, support: "required");
        var session = await world.OpenLegacyAsync();

        var calling = world.LegacyAsync(session, "tools/call", """{"name":"job","arguments":{} }""");
        await world.Upstream.WaitForAsync("tasks/get");
        await world.Gateway.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1} }""", ("Mcp-Session-Id", session));
        using var answer = await calling;

        (await answer.NextAsync()).ShouldBeNull();
        world.Tasks.Made[0].Status.ShouldBe("cancelled");
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Client_ThatAsksForNoTask_WaitsForATaskOfALegacyUpstream(string revision)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, support: "required");
        world.Tasks.AsksAtOnce = true;
        var session = await world.Gateway.OpenAsync(revision, QuestionWorld.Everything);

        using var answer = await world.LegacyAsync(session, "tools/call", """{"name":"job","arguments":{},"_meta":{"progressToken":"p"} }""");
        var progress = (await answer.NextAsync())!.Value;
        var question = (await answer.NextAsync())!.Value;
        await world.RespondAsync(session, question, QuestionWorld.Accepted);
        var result = (await answer.NextAsync())!.Value;

        progress.GetProperty("params").GetProperty("progressToken").GetString().ShouldBe("p");
        question.GetProperty("params").TryGetProperty("_meta", out _).ShouldBeFalse();
        QuestionWorld.TextOf(result).ShouldContain("Ada");
        result.GetRawText().ShouldNotContain("related-task");
        result.GetProperty("result").GetProperty("_meta").GetRawText().ShouldBe("""{"own":1}""");
    }

    [Fact]
    public async Task Status_ThatTheUpstreamTellsItsSession_ReachesTheClientsStream()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy);
        var session = await world.OpenLegacyAsync();
        await using var events = await EventSource.OpenAsync(
            world.Gateway.Gateway.Client,
            EventSource.Request(HttpMethod.Get, $"/servers/{world.Gateway.ServerId}/mcp", world.Gateway.Gateway.Token, null, ("Mcp-Session-Id", session)));
        var id = await world.StartLegacyAsync(session);
        var upstreamSession = world.Upstream.ReceivedOf("tools/call")[0].SessionId.ShouldNotBeNull();
        await Eventually.TrueAsync(() => world.Upstream.OpenStreams == 1, "the gateway listens to the session");

        await world.Upstream.SendToAsync(
            upstreamSession, """{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"task 1","status":"completed","x-kept":[1]} }""");
        await world.Upstream.SendToAsync(
            upstreamSession,
            $$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"d","_meta":{"{{{Related}}}":{"taskId":"task 1"} } } }""");

        var status = await events.NotificationAsync("notifications/tasks/status");
        status.GetProperty("taskId").GetString().ShouldBe(id);
        status.GetProperty("x-kept").GetRawText().ShouldBe("[1]");
        (await events.NotificationAsync("notifications/message")).GetProperty("_meta").GetProperty(Related).GetProperty("taskId").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task Session_OfAnotherCaller_DoesNotSeeTheTask()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy);
        var job = await world.StartLegacyJobAsync();
        var token = (await world.Gateway.Gateway.SendAsync("POST", "/tokens", """{"name":"other"}"""))["access_token"]!;

        var answer = await world.Gateway.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"{{{job.Id}}}"} }""",
            ("MCP-Protocol-Version", "2025-11-25"),
            ("Authorization", $"Bearer {token}"));

        answer.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    public async Task OlderRevision_KnowsNoTasks(string revision)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy);

        var answer = await world.Gateway.RequestAsync(revision, "tasks/get", """{"taskId":"x"}""");
        var opened = await world.Gateway.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{revision}}}","capabilities":{},"clientInfo":{"name":"raw","version":"1"} } }""");

        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32601);
        opened.Json.GetProperty("result").GetProperty("capabilities").TryGetProperty("tasks", out _).ShouldBeFalse();
    }

    [Theory]
    [BothEras]
    public async Task Initialize_NamesTheCapability(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);

        var opened = await world.Gateway.PostAsync(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"} } }""");

        var tasks = opened.Json.GetProperty("result").GetProperty("capabilities").GetProperty("tasks");
        tasks.GetProperty("requests").GetProperty("tools").GetProperty("call").ValueKind.ShouldBe(JsonValueKind.Object);
    }
}

using System.Net;
using System.Text.Json;
using McpGateway.Abstractions.Metrics;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Gateway.Metering;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>Modern clients with the tasks extension, before upstreams of either form.</summary>
public sealed class ModernTaskTests
{
    private const string Call = """{"name":"job","arguments":{} }""";
    private const string Elicits = """{"elicitation":{}}""";

    [Theory]
    [InlineData(FakeEra.Modern, "required")]
    [InlineData(FakeEra.Legacy, "required")]
    [InlineData(FakeEra.Legacy, "optional")]
    public async Task Task_HasAnIdOfOurs_ThatStaysTheSame(FakeEra era, string support)
    {
        await using var world = await TaskWorld.StartAsync(era, support);

        var id = await world.StartModernAsync();
        var first = await world.GetModernAsync(id);
        var second = await world.GetModernAsync(id);

        id.ShouldNotContain("task 1");
        id.ShouldMatch("^[A-Za-z0-9_.-]{20,400}$");
        first.GetProperty("taskId").GetString().ShouldBe(id);
        second.GetProperty("taskId").GetString().ShouldBe(id);
        first.GetProperty("status").GetString().ShouldBe("working");
        first.GetProperty("resultType").GetString().ShouldBe("complete");
        first.GetProperty("ttlMs").GetInt32().ShouldBe(60000);
        first.GetProperty("pollIntervalMs").GetInt32().ShouldBe(50);
        first.GetProperty("x-kept").GetRawText().ShouldBe("[1]");
        first.TryGetProperty("ttl", out _).ShouldBeFalse();
        first.GetProperty("_meta").GetProperty("io.modelcontextprotocol/serverInfo").GetProperty("name").GetString().ShouldBe("all");
        world.Upstream.ReceivedOf("tasks/get")[0].Json.GetProperty("params").GetProperty("taskId").GetString().ShouldBe("task 1");
    }

    [Theory]
    [InlineData(FakeEra.Modern, "completed")]
    [InlineData(FakeEra.Legacy, "failed")]
    public async Task ToolError_IsACompletedTask(FakeEra era, string upstreamStatus)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();

        world.Tasks.Made[0].Complete(FakeCall.Text("no luck", isError: true), upstreamStatus);
        var task = await world.GetModernAsync(id);

        task.GetProperty("status").GetString().ShouldBe("completed", task.GetRawText());
        task.GetProperty("result").GetProperty("isError").GetBoolean().ShouldBeTrue();
        task.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("no luck");
        task.GetProperty("result").GetRawText().ShouldNotContain("related-task");
    }

    [Theory]
    [BothEras]
    public async Task ProtocolError_IsAFailedTask(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();

        world.Tasks.Made[0].Fail(-32603, "broke");
        var task = await world.GetModernAsync(id);

        task.GetProperty("status").GetString().ShouldBe("failed", task.GetRawText());
        task.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32603);
        task.GetProperty("error").GetProperty("message").GetString().ShouldBe("broke");
        task.TryGetProperty("result", out _).ShouldBeFalse();
    }

    [Theory]
    [BothEras]
    public async Task Cancel_IsAcknowledged_AlsoOfAnEndedTask(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();

        var first = await world.ModernAsync("tasks/cancel", TaskWorld.Naming(id));
        var second = await world.ModernAsync("tasks/cancel", TaskWorld.Naming(id));

        foreach (var acknowledged in (JsonElement[])[first, second])
        {
            acknowledged.GetProperty("result").GetProperty("resultType").GetString().ShouldBe("complete", acknowledged.GetRawText());
            acknowledged.GetProperty("result").TryGetProperty("status", out _).ShouldBeFalse();
        }

        (await world.GetModernAsync(id)).GetProperty("status").GetString().ShouldBe("cancelled");
    }

    [Theory]
    [BothEras]
    public async Task Question_IsShownByGet_AndAnsweredByUpdate(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();
        world.Tasks.Made[0].Ask();

        var waiting = await world.GetModernAsync(id);
        waiting.GetProperty("status").GetString().ShouldBe("input_required", waiting.GetRawText());
        var question = waiting.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem();
        question.Value.GetProperty("method").GetString().ShouldBe("elicitation/create");
        question.Value.GetProperty("params").GetRawText().ShouldNotContain("task 1");
        var updated = await world.ModernAsync(
            "tasks/update", $$$"""{"taskId":"{{{id}}}","inputResponses":{"nobody":{},"{{{question.Name}}}":{"action":"accept","content":{"name":"Ada"} } } }""");

        updated.GetProperty("result").GetProperty("resultType").GetString().ShouldBe("complete", updated.GetRawText());
        await world.Tasks.Made[0].Ended.Soon();
        var done = await world.GetModernAsync(id);
        done.GetProperty("status").GetString().ShouldBe("completed", done.GetRawText());
        done.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("Ada");
        done.TryGetProperty("inputRequests", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Question_IsAskedAsOftenAsTheClientLooks_AndAnsweredOnce()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, support: "required");
        var id = await world.StartModernAsync();
        world.Tasks.Made[0].Ask();

        var first = (await world.GetModernAsync(id)).GetProperty("inputRequests").GetRawText();
        var second = (await world.GetModernAsync(id)).GetProperty("inputRequests").GetRawText();

        second.ShouldBe(first);
        world.Upstream.ReceivedOf("tasks/result").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/cancel")]
    [InlineData("tasks/update")]
    public async Task Client_WithoutTheExtension_IsToldWhatItLacks(string method)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);

        using var answer = await world.SendModernAsync(method, """{"taskId":"x","inputResponses":{} }""", capabilities: "{}");
        var error = (await answer.NextAsync())!.Value.GetProperty("error");

        answer.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error.GetProperty("code").GetInt32().ShouldBe(-32021);
        error.GetProperty("data").GetProperty("requiredCapabilities").GetProperty("extensions").TryGetProperty(TaskWorld.Extension, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Client_WithoutTheExtension_WaitsForATaskOfALegacyUpstream()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, support: "required");

        using var call = await AfterAsync(
            world.SendModernAsync("tools/call", """{"name":"job","arguments":{} }""", capabilities: "{}"),
            () => world.Upstream.WaitForAsync("tasks/result"),
            () => world.Tasks.Made[0].Complete(FakeCall.Text("done")));
        var result = (await call.NextAsync())!.Value.GetProperty("result");

        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        result.GetProperty("resultType").GetString().ShouldBe("complete");
        world.Upstream.ReceivedOf("tools/call")[0].Json.GetProperty("params").GetProperty("task").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public async Task Client_WithoutTheExtension_IsAskedInItsCall()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy, support: "required");
        world.Tasks.AsksAtOnce = true;

        var asked = (await world.ModernAsync("tools/call", Call, capabilities: Elicits)).GetProperty("result");
        var question = asked.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem();
        var state = asked.GetProperty("requestState").GetRawText();
        var answered = await world.ModernAsync(
            "tools/call", $$"""{{Call[..^1]}},"inputResponses":{"{{question.Name}}":{{QuestionWorld.Accepted}}},"requestState":{{state}} }""", Elicits);

        asked.GetProperty("resultType").GetString().ShouldBe("input_required", asked.GetRawText());
        question.Value.GetProperty("params").TryGetProperty("_meta", out _).ShouldBeFalse();
        QuestionWorld.TextOf(answered).ShouldContain("Ada");
        answered.GetRawText().ShouldNotContain("related-task");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Client_WithoutTheExtension_CallsAnOptionalToolPlainly()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Legacy);

        var answer = await world.ModernAsync("tools/call", Call, capabilities: "{}");

        QuestionWorld.TextOf(answer).ShouldBe("at once");
        world.Upstream.ReceivedOf("tools/call")[0].Json.GetProperty("params").TryGetProperty("task", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("t1.AAAA")]
    [InlineData("task 1")]
    [InlineData("")]
    public async Task Id_ThatIsNone_IsUnknown(string id)
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        await world.StartModernAsync();

        var answer = await world.ModernAsync("tasks/get", TaskWorld.Naming(id));

        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        world.Upstream.ReceivedOf("tasks/get").ShouldBeEmpty();
    }

    [Fact]
    public async Task Id_ThatWasAltered_OrIsSomebodyElses_IsUnknown()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        var id = await world.StartModernAsync();
        var token = (await world.Gateway.Gateway.SendAsync("POST", "/tokens", """{"name":"other"}"""))["access_token"]!;

        var altered = await world.ModernAsync("tasks/get", TaskWorld.Naming(id[..^1] + (id[^1] == 'A' ? 'B' : 'A')));
        var foreign = await world.ModernAsync("tasks/get", TaskWorld.Naming(id), token: token);

        altered.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        foreign.GetProperty("error").GetRawText().ShouldBe(altered.GetProperty("error").GetRawText());
        world.Upstream.ReceivedOf("tasks/get").ShouldBeEmpty();
    }

    [Fact]
    public async Task Upstream_ThatMakesATaskUnasked_IsFoundOut()
    {
        await using var world = await TaskWorld.StartAsync(FakeEra.Modern);
        world.Upstream.AddTool("job", _ => Task.FromResult("""{"resultType":"task","taskId":"x","status":"working"}"""));

        var answer = await world.ModernAsync("tools/call", """{"name":"job","arguments":{} }""", capabilities: "{}");

        answer.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("made a task");
    }

    [Theory]
    [BothEras]
    public async Task Discover_NamesTheExtension(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era);

        var capabilities = (await world.ModernAsync("server/discover", "{\"x\":1}")).GetProperty("result").GetProperty("capabilities");

        capabilities.GetProperty("extensions").GetProperty(TaskWorld.Extension).GetRawText().ShouldBe("{}");
        capabilities.TryGetProperty("tasks", out _).ShouldBeFalse();
    }

    [Theory]
    [BothEras]
    public async Task Listen_TellsWhatBecomesOfATask(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();

        using var listening = await world.SendModernAsync("subscriptions/listen", $$$"""{"notifications":{"taskIds":["{{{id}}}","t1.AAAA"]} }""");
        var honoured = (await listening.NextAsync())!.Value.GetProperty("params");
        var working = (await listening.NextAsync())!.Value;
        world.Tasks.Made[0].Complete(FakeCall.Text("done"));
        var completed = (await listening.NextAsync())!.Value;

        honoured.GetProperty("notifications").GetRawText().ShouldBe($$"""{"taskIds":["{{id}}"]}""");
        working.GetProperty("method").GetString().ShouldBe("notifications/tasks");
        working.GetProperty("params").GetProperty("status").GetString().ShouldBe("working");
        var told = completed.GetProperty("params");
        told.GetProperty("taskId").GetString().ShouldBe(id);
        told.GetProperty("status").GetString().ShouldBe("completed");
        told.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done");
        told.TryGetProperty("resultType", out _).ShouldBeFalse();
        told.GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Theory]
    [BothEras]
    public async Task Looks_ThatTheGatewayMakes_AreNoCalls(FakeEra era)
    {
        await using var world = await TaskWorld.StartAsync(era, support: "required");
        var id = await world.StartModernAsync();

        using var listening = await world.SendModernAsync("subscriptions/listen", $$$"""{"notifications":{"taskIds":["{{{id}}}"]} }""");
        await listening.NextAsync();
        await listening.NextAsync();
        await world.EndAsync("done");
        (await listening.NextAsync())!.Value.GetProperty("params").GetProperty("status").GetString().ShouldBe("completed");

        world.Upstream.ReceivedOf("tasks/get").Count.ShouldBeGreaterThan(1);
        world.Service<CallMeter>().For(SeriesKind.VirtualServer, world.Gateway.ServerId).Calls.ShouldBe(1);
    }

    private static async Task<T> AfterAsync<T>(Task<T> running, Func<Task> wait, Action then)
    {
        await wait();
        then();
        return await running;
    }
}

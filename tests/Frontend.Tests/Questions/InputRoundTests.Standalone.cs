using System.Text.Json;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>Legacy clients before modern upstreams.</summary>
public sealed class InputRoundTests
{
    [Fact]
    public async Task InputRequired_OfAModernUpstream_IsAskedOnTheCallsStream()
    {
        await using var world = await QuestionWorld.StartModernAsync();
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "ask");
        var question = (await call.NextAsync())!.Value;
        question.GetProperty("method").GetString().ShouldBe("elicitation/create");
        using var taken = await world.PostAsync(QuestionWorld.Response(question), session);
        var result = await call.NextAsync();

        QuestionWorld.TextOf(result).ShouldBe($$"""{"who":{{QuestionWorld.Accepted}}} "state \u00fc 1" """.Trim());
        result!.Value.GetProperty("id").GetInt32().ShouldBe(1);
        var calls = world.Upstream.ReceivedOf("tools/call");
        calls.Count.ShouldBe(2);
        calls[0].Json.GetProperty("id").GetRawText().ShouldNotBe(calls[1].Json.GetProperty("id").GetRawText());
    }

    [Fact]
    public async Task Upstream_LearnsWhatTheClientDeclared()
    {
        await using var world = await QuestionWorld.StartModernAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", """{"sampling":{"tools":{}},"elicitation":{"url":{}}}""");

        using var call = await world.CallLegacyAsync(session, "echo");
        await call.NextAsync();

        world.Upstream.ReceivedOf("tools/call")[0].Json.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/clientCapabilities")
            .GetRawText().ShouldBe("""{"sampling":{"tools":{}},"elicitation":{"url":{}}}""");
    }

    [Fact]
    public async Task Refusal_OfAnElicitation_MeansCancel()
    {
        await using var world = await QuestionWorld.StartModernAsync();
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);
        using var call = await world.CallLegacyAsync(session, "ask");
        var question = (await call.NextAsync())!.Value;

        using var taken = await world.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":{{{question.GetProperty("id").GetRawText()}}},"error":{"code":-1,"message":"no"} }""", session);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldStartWith("""{"who":{"action":"cancel"}}""");
    }

    [Fact]
    public async Task Url_ForAClientThatOpensNone_IsToldInWords()
    {
        await using var world = await QuestionWorld.StartModernAsync(upstream => upstream.AddTool("login", _ => Task.FromResult(QuestionWorld.Required(
            """{"in":{"method":"elicitation/create","params":{"mode":"url","url":"https://example.com/in","message":"Sign in"}}}""", "\"s\""))));
        var session = await world.Gateway.OpenAsync("2025-06-18", """{"elicitation":{}}""");

        using var call = await world.CallLegacyAsync(session, "login");

        var result = (await call.NextAsync())!.Value.GetProperty("result");
        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        result.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("https://example.com/in");
    }

    [Fact]
    public async Task Url_ForAClientOfNovember2025_GetsAnId()
    {
        await using var world = await QuestionWorld.StartModernAsync(upstream => upstream.AddTool("login", call => Task.FromResult(
            call.Params.TryGetProperty("inputResponses", out var answers) ? FakeCall.Text(answers.GetRawText()) : QuestionWorld.Required(
                """{"in":{"method":"elicitation/create","params":{"mode":"url","url":"https://example.com/in","message":"Sign in"}}}""", "\"s\""))));
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "login");
        var question = (await call.NextAsync())!.Value;
        using var taken = await world.PostAsync(QuestionWorld.Response(question, """{"action":"accept"}"""), session);

        Guid.TryParse(question.GetProperty("params").GetProperty("elicitationId").GetString(), out _).ShouldBeTrue();
        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe("""{"in":{"action":"accept"}}""");
    }

    [Fact]
    public async Task Upstream_ThatNeverStopsAsking_IsStopped()
    {
        await using var world = await QuestionWorld.StartModernAsync(upstream => upstream.AddTool("forever", _ => Task.FromResult(
            QuestionWorld.Required("""{"r":{"method":"roots/list"}}""", "\"s\""))));
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "forever");
        JsonElement? message;
        var rounds = 0;
        while ((message = await call.NextAsync())!.Value.TryGetProperty("method", out _))
        {
            rounds++;
            using var taken = await world.PostAsync(QuestionWorld.Response(message.Value, """{"roots":[]}"""), session);
        }

        rounds.ShouldBe(10);
        message.Value.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("asked more than 10 times");
    }

    [Theory]
    [InlineData("""{"r":{"method":"tools/list"}}""")]
    [InlineData("""{"r":7}""")]
    [InlineData("""[]""")]
    public async Task Upstream_ThatAsksNonsense_GetsNoClientToAnswer(string requests)
    {
        await using var world = await QuestionWorld.StartModernAsync(upstream => upstream.AddTool("odd", _ => Task.FromResult(QuestionWorld.Required(requests, "\"s\""))));
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "odd");
        var answer = (await call.NextAsync())!.Value;

        answer.TryGetProperty("method", out _).ShouldBeFalse();
        (answer.TryGetProperty("error", out _) || answer.GetProperty("result").GetProperty("isError").GetBoolean()).ShouldBeTrue();
    }
}

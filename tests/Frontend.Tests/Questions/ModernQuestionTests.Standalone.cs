using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>Modern clients: before modern upstreams a relay, before legacy ones a call that is held.</summary>
public sealed class ModernQuestionTests
{
    [Theory]
    [InlineData("STREAMABLEHTTP")]
    [InlineData("SSE")]
    public async Task Elicitation_OfALegacyUpstream_IsAskedAsInputRequired(string transport)
    {
        await using var world = await QuestionWorld.StartLegacyAsync(transport);

        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");
        required.GetProperty("resultType").GetString().ShouldBe("input_required");
        var question = required.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem().Value;
        question.GetProperty("method").GetString().ShouldBe("elicitation/create");
        question.GetProperty("params").GetProperty("message").GetString().ShouldBe("Who?");
        using var answered = await world.RetryAsync("ask", required);
        var result = (await answered.NextAsync())!.Value;

        QuestionWorld.TextOf(result).ShouldBe(QuestionWorld.Accepted);
        result.GetProperty("id").GetInt32().ShouldBe(2);
        result.GetProperty("result").GetProperty("resultType").GetString().ShouldBe("complete");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_Twice_IsServedOnce_AndTheCallDoesNotRunAgain()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");

        using var first = await world.RetryAsync("ask", required);
        using var second = await world.RetryAsync("ask", required);

        QuestionWorld.TextOf(await first.NextAsync()).ShouldBe(QuestionWorld.Accepted);
        var late = (await second.NextAsync())!.Value.GetProperty("result");
        late.GetProperty("isError").GetBoolean().ShouldBeTrue();
        late.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("no longer open");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_WithoutTheAnswer_IsAskedAgain()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");

        using var without = await world.CallModernAsync("ask", more: $$""","inputResponses":{},"requestState":{{required.GetProperty("requestState").GetRawText()}}""");
        var again = (await without.NextAsync())!.Value.GetProperty("result");
        using var answered = await world.RetryAsync("ask", again);

        again.GetProperty("resultType").GetString().ShouldBe("input_required");
        again.GetProperty("requestState").GetString().ShouldNotBe(required.GetProperty("requestState").GetString());
        QuestionWorld.TextOf(await answered.NextAsync()).ShouldBe(QuestionWorld.Accepted);
    }

    [Fact]
    public async Task Rounds_OneAfterTheOther_ContinueOneCall()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("twice", async call =>
        {
            var first = await call.AskAsync("elicitation/create", QuestionWorld.Form);
            await call.ProgressAsync(1, 2);
            var second = await call.AskAsync("roots/list", "{}");
            return FakeCall.Text(first.GetProperty("result").GetRawText() + second.GetProperty("result").GetRawText());
        }));

        using var one = await world.CallModernAsync("twice");
        using var two = await world.RetryAsync("twice", (await one.NextAsync())!.Value.GetProperty("result"));
        var roots = (await two.NextAsync())!.Value.GetProperty("result");
        roots.GetProperty("inputRequests").EnumerateObject().Single().Value.GetProperty("method").GetString().ShouldBe("roots/list");
        using var three = await world.RetryAsync("twice", roots, """{"roots":[]}""");

        QuestionWorld.TextOf(await three.NextAsync()).ShouldBe(QuestionWorld.Accepted + """{"roots":[]}""");
    }

    [Fact]
    public async Task Questions_ThatComeTogether_AreOneRound()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("both", async call =>
        {
            var answers = await Task.WhenAll(call.AskAsync("elicitation/create", QuestionWorld.Form), call.AskAsync("roots/list", "{}"));
            return FakeCall.Text(string.Join(' ', answers.Select(answer => answer.GetProperty("result").GetRawText())));
        }));

        using var asked = await world.CallModernAsync("both");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");
        var requests = required.GetProperty("inputRequests").EnumerateObject().ToList();
        requests.Count.ShouldBe(2);
        var answers = string.Join(',', requests.Select(request =>
            $"\"{request.Name}\":{(request.Value.GetProperty("method").GetString() == "roots/list" ? "{\"roots\":[]}" : QuestionWorld.Accepted)}"));
        using var answered = await world.CallModernAsync("both", more: $$$""","inputResponses":{{{{answers}}}},"requestState":{{{required.GetProperty("requestState").GetRawText()}}}""");

        QuestionWorld.TextOf(await answered.NextAsync()).ShouldBe(QuestionWorld.Accepted + """ {"roots":[]}""");
    }

    [Fact]
    public async Task Client_ThatLeavesInItsTurn_CancelsTheCall()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("slow", async call =>
        {
            await call.AskAsync("elicitation/create", QuestionWorld.Form);
            await call.LogAsync("waiting");
            await Task.Delay(Timeout.Infinite, call.Cancelled);
            return "";
        }));
        using var asked = await world.CallModernAsync("slow");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");

        var retry = world.RetryAsync("slow", required, capabilities: QuestionWorld.Everything);
        await Eventually.TrueAsync(() => world.Upstream.Received.Any(request => request.HttpMethod == "POST" && request.Method is null), "the answer arrives upstream");
        world.Gateway.Gateway.Client.CancelPendingRequests();

        await Should.ThrowAsync<OperationCanceledException>(retry);
        await world.Upstream.WaitForAsync("notifications/cancelled");
    }

    [Fact]
    public async Task Question_BesideTheOnlyCall_IsARoundOfIt()
    {
        await using var world = await StartBesideAsync();
        var streams = 0;
        for (var time = 0; time < 2; time++)
        {
            streams = world.Upstream.Received.Count(request => request.HttpMethod == "GET");
            using var asked = await world.CallModernAsync("beside");
            var required = (await asked.NextAsync())!.Value.GetProperty("result");
            required.GetProperty("resultType").GetString().ShouldBe("input_required", required.GetRawText());
            using var answered = await world.RetryAsync("beside", required);

            QuestionWorld.TextOf(await answered.NextAsync()).ShouldBe(QuestionWorld.Accepted);
        }

        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(2);
        world.Upstream.Received.Count(request => request.HttpMethod == "GET").ShouldBe(streams, "the session is listened to on between two calls");
    }

    [Fact]
    public async Task Questions_BesideTheCallAndInItsAnswer_AreBothAsked()
    {
        await using var world = await StartBesideAsync(upstream => upstream.AddTool("both", async call =>
        {
            var beside = call.AskBesideAsync("elicitation/create", QuestionWorld.Form);
            var within = await call.AskAsync("elicitation/create", QuestionWorld.Form);
            return FakeCall.Text($"{within.GetProperty("result").GetRawText()} {(await beside).GetProperty("result").GetRawText()}");
        }));

        using var asked = await world.CallModernAsync("both");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");
        var answer = (await AnswerAllAsync(world, "both", required))!.Value.GetProperty("result");
        if (answer.TryGetProperty("inputRequests", out _))
        {
            // They came further apart than one round waits.
            answer = (await AnswerAllAsync(world, "both", answer))!.Value.GetProperty("result");
        }

        answer.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe($"{QuestionWorld.Accepted} {QuestionWorld.Accepted}");
    }

    [Fact]
    public async Task Question_BesideTwoCalls_IsRefused_BecauseItMayBeEithers()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartBesideAsync(upstream => upstream.AddTool("wait", async _ =>
        {
            await go.Task;
            return FakeCall.Text("waited");
        }));
        var other = world.CallModernAsync("wait");
        await world.Upstream.WaitForAsync("tools/call");

        using var call = await world.CallModernAsync("beside");
        QuestionWorld.TextOf(await call.NextAsync()).ShouldStartWith("There is no client that could be asked");

        go.SetResult();
        using var waited = await other;
        QuestionWorld.TextOf(await waited.NextAsync()).ShouldBe("waited");
    }

    [Fact]
    public async Task Question_BesideACallThatDeclaredOther_IsRefused()
    {
        await using var world = await StartBesideAsync();

        using var call = await world.CallModernAsync("beside", """{"sampling":{}}""");

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe("The client did not declare the capability 'elicitation'.");
    }

    /// <summary>An upstream whose tool <c>beside</c> asks on the stream of its session, and gives back the answer or the refusal.</summary>
    private static Task<QuestionWorld> StartBesideAsync(Action<FakeUpstream>? configure = null) => QuestionWorld.StartLegacyAsync(configure: upstream =>
    {
        upstream.AddTool("beside", async call =>
        {
            var answer = await call.AskBesideAsync("elicitation/create", QuestionWorld.Form);
            return FakeCall.Text(answer.TryGetProperty("result", out var result) ? result.GetRawText() : answer.GetProperty("error").GetProperty("message").GetString()!);
        });
        configure?.Invoke(upstream);
    });

    private static async Task<System.Text.Json.JsonElement?> AnswerAllAsync(QuestionWorld world, string tool, System.Text.Json.JsonElement required)
    {
        var answers = string.Join(',', required.GetProperty("inputRequests").EnumerateObject().Select(asked => $"\"{asked.Name}\":{QuestionWorld.Accepted}"));
        using var answered = await world.CallModernAsync(
            tool, more: $$$""","inputResponses":{{{{answers}}}},"requestState":{{{required.GetProperty("requestState").GetRawText()}}}""");
        return await answered.NextAsync();
    }

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"sampling":{}}""", "error The client did not declare the capability 'elicitation'.")]
    public async Task Question_ThatTheRequestDidNotDeclare_IsRefused(string capabilities, string expected)
    {
        await using var world = await QuestionWorld.StartLegacyAsync();

        using var call = await world.CallModernAsync("ask", capabilities);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldStartWith(expected.Length == 0 ? "error" : expected);
    }

    [Fact]
    public async Task State_OfAModernUpstream_ComesBackToItByteByByte()
    {
        await using var world = await QuestionWorld.StartModernAsync();

        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");
        required.GetProperty("requestState").GetString()!.ShouldNotContain("state");
        using var answered = await world.RetryAsync("ask", required);

        QuestionWorld.TextOf(await answered.NextAsync()).ShouldBe($$"""{"who":{{QuestionWorld.Accepted}}} "state \u00fc 1" """.Trim());
    }

    [Theory]
    [InlineData("altered")]
    [InlineData("other arguments")]
    [InlineData("other tool")]
    [InlineData("invented")]
    public async Task State_ThatDoesNotBelongToTheRequest_IsRefused(string how)
    {
        await using var world = await QuestionWorld.StartModernAsync(upstream => upstream.AddTool("other"));
        using var asked = await world.CallModernAsync("ask");
        var state = (await asked.NextAsync())!.Value.GetProperty("result").GetProperty("requestState").GetString()!;
        var given = how switch { "altered" => state[..^4] + (state[^4] == 'A' ? "BAAA" : "AAAA"), "invented" => "AAAA", _ => state };
        var more = $$""","inputResponses":{"who":{{QuestionWorld.Accepted}}},"requestState":"{{given}}" """;

        using var answer = await world.CallModernAsync(
            how == "other tool" ? "other" : "ask", more: more, arguments: how == "other arguments" ? """{"a":1}""" : "{}");

        var error = (await answer.NextAsync())!.Value.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-32602);
        error.GetProperty("message").GetString()!.ShouldStartWith("params.requestState");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task State_OfAnotherCaller_IsRefused()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        using var asked = await world.CallModernAsync("ask");
        var state = (await asked.NextAsync())!.Value.GetProperty("result").GetProperty("requestState").GetRawText();
        var token = await world.Gateway.Gateway.SendAsync("POST", "/tokens", """{"name":"other","expires_in_days":1}""");

        var answer = await world.Gateway.ModernAsync(
            "tools/call", $$"""{"name":"ask","arguments":{},"inputResponses":{},"requestState":{{state}}}""", ("Authorization", "Bearer " + token["access_token"]));

        answer.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task UrlElicitationError_OfALegacyUpstream_BecomesAQuestion()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("login", call => call.FailAsync(
            -32042, "Sign in first", """{"elicitations":[{"mode":"url","elicitationId":"e1","url":"https://example.com/in","message":"Sign in"}]}""")));

        using var asked = await world.CallModernAsync("login");

        var result = (await asked.NextAsync())!.Value.GetProperty("result");
        var question = result.GetProperty("inputRequests").EnumerateObject().ShouldHaveSingleItem().Value;
        question.GetProperty("params").GetRawText().ShouldBe("""{"mode":"url","url":"https://example.com/in","message":"Sign in"}""");
        result.TryGetProperty("requestState", out _).ShouldBeFalse();
    }
}

using System.Net;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>Legacy clients before legacy upstreams.</summary>
public sealed class LegacyQuestionTests
{
    [Theory]
    [InlineData("STREAMABLEHTTP")]
    [InlineData("SSE")]
    public async Task Elicitation_OfALegacyUpstream_IsAnsweredByTheClient(string transport)
    {
        await using var world = await QuestionWorld.StartLegacyAsync(transport);
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "ask");
        var question = await call.NextAsync();
        question!.Value.GetProperty("method").GetString().ShouldBe("elicitation/create");
        question.Value.GetProperty("params").GetProperty("message").GetString().ShouldBe("Who?");
        using var taken = await world.PostAsync(QuestionWorld.Response(question.Value), session);
        var result = await call.NextAsync();

        taken.Response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        QuestionWorld.TextOf(result).ShouldBe(QuestionWorld.Accepted);
        (await call.NextAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("sample", """{"role":"assistant","content":{"type":"text","text":"x"},"model":"m"}""")]
    [InlineData("roots", """{"roots":[{"uri":"file:///a"}]}""")]
    public async Task Question_OfAnyKind_IsAnsweredByTheClient(string tool, string answer)
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, tool);
        var question = await call.NextAsync();
        using var taken = await world.PostAsync(QuestionWorld.Response(question!.Value, answer), session);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe(answer);
    }

    [Fact]
    public async Task Question_BesideTheCalls_IsAskedOnTheSessionsStream_FromTheFirstCallOn()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("beside", async call =>
            McpGateway.Testing.Upstreams.FakeCall.Text((await call.AskBesideAsync("elicitation/create", QuestionWorld.Form)).GetProperty("result").GetRawText())));
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);
        using var stream = new LiveAnswer(await world.Gateway.SendAsync(
            HttpMethod.Get, $"/servers/{world.Gateway.ServerId}/mcp", null, ("Mcp-Session-Id", session)).Soon());

        var call = world.CallLegacyAsync(session, "beside");
        var question = (await stream.NextAsync())!.Value;
        using var taken = await world.PostAsync(QuestionWorld.Response(question), session);
        using var answer = await call;

        question.GetProperty("method").GetString().ShouldBe("elicitation/create");
        taken.Response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        QuestionWorld.TextOf(await answer.NextAsync()).ShouldBe(QuestionWorld.Accepted);
    }

    [Fact]
    public async Task Question_ThatTheClientDidNotDeclare_IsRefusedInItsPlace()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", """{"sampling":{}}""");

        using var call = await world.CallLegacyAsync(session, "ask");

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe("error The client did not declare the capability 'elicitation'.");
    }

    [Fact]
    public async Task Upstream_LearnsWhatTheClientDeclared()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var before = world.Upstream.ReceivedOf("initialize").Count;
        var session = await world.Gateway.OpenAsync("2025-11-25", """{"roots":{"listChanged":true},"elicitation":{}}""");

        using var call = await world.CallLegacyAsync(session, "echo");
        await call.NextAsync();

        world.Upstream.ReceivedOf("initialize")[before].Json.GetProperty("params").GetProperty("capabilities").GetRawText()
            .ShouldBe("""{"elicitation":{"form":{}},"roots":{"listChanged":true}}""");
    }

    [Fact]
    public async Task Answer_GivenTwice_ReachesTheUpstreamOnce()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);
        using var call = await world.CallLegacyAsync(session, "ask");
        var question = await call.NextAsync();

        using var first = await world.PostAsync(QuestionWorld.Response(question!.Value), session);
        using var second = await world.PostAsync(QuestionWorld.Response(question.Value, """{"action":"decline"}"""), session);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe(QuestionWorld.Accepted);
        second.Response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        world.Upstream.Received.Count(request => request.HttpMethod == "POST" && request.Method is null).ShouldBe(1);
    }

    [Theory]
    [InlineData("\"g1.AAAA\"")]
    [InlineData("7")]
    [InlineData("\"q1\"")]
    public async Task Answer_ToWhatWasNeverAsked_IsRefused(string id)
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);

        using var taken = await world.PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{} }""", session);

        taken.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await taken.NextAsync())!.Value.GetProperty("error").GetProperty("message").GetString().ShouldBe("id: this caller was not asked anything with this id.");
    }

    [Fact]
    public async Task Answer_OfAnotherCaller_IsRefused_AndTheQuestionStaysOpen()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);
        using var call = await world.CallLegacyAsync(session, "ask");
        var question = (await call.NextAsync())!.Value;
        var token = await world.Gateway.Gateway.SendAsync("POST", "/tokens", """{"name":"other","expires_in_days":1}""");

        var foreign = await world.Gateway.PostAsync(QuestionWorld.Response(question), ("Authorization", "Bearer " + token["access_token"]));
        using var own = await world.PostAsync(QuestionWorld.Response(question), session);

        foreign.Status.ShouldBe(400);
        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe(QuestionWorld.Accepted);
    }

    [Fact]
    public async Task Error_OfTheClient_ReachesTheUpstream()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);
        using var call = await world.CallLegacyAsync(session, "sample");
        var question = await call.NextAsync();

        using var taken = await world.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":{{{question!.Value.GetProperty("id").GetRawText()}}},"error":{"code":-1,"message":"User rejected"} }""", session);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe("error User rejected");
    }

    [Fact]
    public async Task Cancel_WhileAsked_TellsTheUpstreamThatThereWillBeNoAnswer()
    {
        await using var world = await QuestionWorld.StartLegacyAsync();
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);
        using var call = await world.CallLegacyAsync(session, "ask");
        await call.NextAsync();

        using var cancelled = await world.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", session);

        (await call.NextAsync()).ShouldBeNull();
        await Eventually.TrueAsync(() => world.Upstream.ReceivedOf("notifications/cancelled").Count == 1, "the call is cancelled upstream");
        await Eventually.TrueAsync(
            () => world.Upstream.Received.Any(request => request.Body.Contains("is over", StringComparison.Ordinal)), "the question is refused upstream");
    }

    [Fact]
    public async Task Questions_OfOneCall_GoOutTogether()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configure: upstream => upstream.AddTool("both", async call =>
        {
            var answers = await Task.WhenAll(call.AskAsync("elicitation/create", QuestionWorld.Form), call.AskAsync("roots/list", "{}"));
            return McpGateway.Testing.Upstreams.FakeCall.Text(string.Join(' ', answers.Select(answer => answer.GetProperty("result").GetRawText())));
        }));
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "both");
        var one = (await call.NextAsync())!.Value;
        var other = (await call.NextAsync())!.Value;
        var (form, roots) = one.GetProperty("method").GetString() == "roots/list" ? (other, one) : (one, other);
        using var second = await world.PostAsync(QuestionWorld.Response(roots, """{"roots":[]}"""), session);
        using var first = await world.PostAsync(QuestionWorld.Response(form), session);

        QuestionWorld.TextOf(await call.NextAsync()).ShouldBe(QuestionWorld.Accepted + """ {"roots":[]}""");
    }
}

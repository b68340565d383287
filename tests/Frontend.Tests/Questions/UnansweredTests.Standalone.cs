using System.Text.Json;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>Clients that never answer, and states that have grown old: nothing waits for ever, nothing runs twice.</summary>
public sealed class UnansweredTests
{
    private static readonly (string, string) s_impatient = ("Mcp:QuestionPatience", "00:00:01");

    [Fact]
    public async Task LegacyClient_ThatDoesNotAnswer_IsAnsweredFor()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configuration: s_impatient);
        var session = await world.Gateway.OpenAsync("2025-11-25", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "ask");
        var question = (await call.NextAsync())!.Value;
        var result = await call.NextAsync();
        using var late = await world.PostAsync(QuestionWorld.Response(question), session);

        QuestionWorld.TextOf(result).ShouldStartWith("error The client did not answer within");
        world.Upstream.Received.Count(request => request.HttpMethod == "POST" && request.Method is null).ShouldBe(1);
    }

    [Fact]
    public async Task ModernClient_ThatDoesNotComeBack_LetsTheCallGo()
    {
        await using var world = await QuestionWorld.StartLegacyAsync(configuration: s_impatient);

        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");
        await Eventually.TrueAsync(
            () => world.Upstream.Received.Any(request => request.Body.Contains("The client did not answer", StringComparison.Ordinal)), "the upstream is told");
        using var late = await world.RetryAsync("ask", required);

        var result = (await late.NextAsync())!.Value.GetProperty("result");
        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task State_OfAModernUpstream_ThatIsOld_IsNotPassedOn()
    {
        await using var world = await QuestionWorld.StartModernAsync(configuration: s_impatient);
        using var asked = await world.CallModernAsync("ask");
        var required = (await asked.NextAsync())!.Value.GetProperty("result");

        JsonElement result = default;
        await Eventually.TrueAsync(
            () =>
            {
                using var late = world.RetryAsync("ask", required).GetAwaiter().GetResult();
                result = late.NextAsync().GetAwaiter().GetResult()!.Value.GetProperty("result");
                return result.TryGetProperty("isError", out var isError) && isError.GetBoolean();
            },
            "the state grows old");

        result.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("no longer open");
    }

    [Fact]
    public async Task InputRequired_ThatTheLegacyClientDoesNotAnswer_FailsTheCall()
    {
        await using var world = await QuestionWorld.StartModernAsync(configuration: s_impatient);
        var session = await world.Gateway.OpenAsync("2025-06-18", QuestionWorld.Everything);

        using var call = await world.CallLegacyAsync(session, "ask");
        await call.NextAsync();
        var result = (await call.NextAsync())!.Value.GetProperty("result");

        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        result.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain("no answer within");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }
}

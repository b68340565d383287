using System.Net;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Grains.Sessions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.EndToEnd.Tests;

/// <summary>What of a legacy session lives on one frontend and is asked for at the other.</summary>
public sealed class TwoFrontendSessionTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Departures _departures = new();
    private GatewayHost _gateway = null!;
    private FakeUpstream _fake = null!;
    private string _server = "";
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeUpstream.StartAsync(fake =>
        {
            fake.AddTool("wait", async call =>
            {
                await call.LogAsync("waiting");
                await _go.Task.WaitAsync(call.Cancelled);
                await call.LogAsync("went on");
                return FakeCall.Text("done");
            });
        });
        await StartAsync(drainTime: "00:00:20");
    }

    public async ValueTask DisposeAsync()
    {
        _go.TrySetResult();
        await _gateway.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Cancel_AtTheOtherFrontend_ReachesTheCall()
    {
        var (a, b) = await OpenAsync();
        using var call = await CallAsync(a);
        await call.NextAsync();

        (await b.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"w"}}""")).Status.ShouldBe(HttpStatusCode.Accepted);

        (await call.NextAsync()).ShouldBeNull();
        await _fake.WaitForAsync("notifications/cancelled");
    }

    [Fact]
    public async Task Roots_ChangedAtTheOtherFrontend_AreToldToTheUpstreamOfTheSession()
    {
        var (a, b) = await OpenAsync("""{"roots":{"listChanged":true}}""");
        _go.SetResult();
        (await a.CallAsync("wait")).Status.ShouldBe(HttpStatusCode.OK);

        (await b.PostAsync("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""")).Status.ShouldBe(HttpStatusCode.Accepted);

        var told = (await _fake.WaitForAsync("notifications/roots/list_changed")).ShouldHaveSingleItem();
        told.Headers["Mcp-Session-Id"].ShouldBe(_fake.ReceivedOf("tools/call").ShouldHaveSingleItem().Headers["Mcp-Session-Id"]);
    }

    [Fact]
    public async Task LogLevel_SetAtOneFrontend_HoldsAtTheOther()
    {
        var (a, b) = await OpenAsync();
        (await b.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"error"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        _go.SetResult();

        using var call = await CallAsync(a);

        TextOf(await call.NextAsync()).ShouldBe("done");
    }

    [Fact]
    public async Task Answer_WhoseConnectionWasLost_IsFetchedAtTheOther()
    {
        var (a, b) = await OpenAsync();
        var id = await LoseAsync(a);
        _go.SetResult();

        await ShouldFindTheRestAsync(b, id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_OfAFrontendThatIsStopped_IsFetchedAtTheOther(bool isStoppedBeforeTheEnd)
    {
        var (b, a) = await OpenAsync();
        var id = await LoseAsync(a);

        if (isStoppedBeforeTheEnd)
        {
            var stopping = _gateway.StopFrontendAsync(1);
            _go.SetResult();
            await stopping;
        }
        else
        {
            _go.SetResult();
            await Eventually.TrueAsync(
                () => _gateway.GrainHosts.Any(static host => host.GetRequiredService<LostAnswerRoom>().Bytes.Spent > 0), "the answer is handed over");
            await _gateway.StopFrontendAsync(1);
        }

        await ShouldFindTheRestAsync(b, id);
    }

    [Fact]
    public async Task Answer_ThatIsCompleteButMayBeLost_IsHandedOverByAFrontendThatIsStopped()
    {
        var (b, a) = await OpenAsync();
        _go.SetResult();
        string id;
        using (var call = await a.SendAsync(HttpMethod.Post, Wait, []))
        {
            var text = await call.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            text.ShouldContain("done");
            id = text.Split('\n')[0]["id: ".Length..];
        }

        await _gateway.StopFrontendAsync(1);

        await ShouldFindTheRestAsync(b, id);
    }

    [Fact]
    public async Task Call_ThatOutlastsTheEndOfItsFrontend_SaysSo_AndIsNotRunAgain()
    {
        await _gateway.DisposeAsync();
        await StartAsync(drainTime: "00:00:01");
        var (b, a) = await OpenAsync();
        var id = await LoseAsync(a);

        await _gateway.StopFrontendAsync(1);
        using var resumed = new LiveAnswer(await b.SendAsync(HttpMethod.Get, null, [("Last-Event-ID", After(id, 1))]));

        (await resumed.NextAsync())!.Value.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("whether the call ran is not known");
        (await resumed.NextAsync()).ShouldBeNull();
        _fake.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    private async Task StartAsync(string drainTime)
    {
        _gateway = await GatewayHost.StartAsync(
            builder =>
            {
                builder.Configuration["Mcp:DrainTime"] = drainTime;
                builder.Services.AddSingleton<IStartupFilter>(_departures);
            },
            frontends: 2);
        var upstream = await _gateway.Admin.RegisterAsync(new { name = "fake", url = _fake.Url, sharing = "per-session" });
        _server = await _gateway.Admin.ComposeAsync("two", upstream);
        _token = (await _gateway.Admin.CreateTokenAsync(_server)).Text;
    }

    private const string Wait = """{"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"wait"}}""";

    private static string After(string eventId, int number) => $"{LastEventId.Parse(eventId)!.Value.Stream}-{number}";

    /// <summary>A client leaves in the middle of its call, at this frontend; gives the id of the first event.</summary>
    private async Task<string> LoseAsync(McpHttp mcp)
    {
        string id;
        using (var call = await mcp.SendAsync(HttpMethod.Post, Wait, []))
        {
            using var reader = new StreamReader(await call.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            id = (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!["id: ".Length..];
        }

        await _departures.WaitForAsync(1);
        return id;
    }

    /// <summary>Exactly the events after the first are found at this frontend, and the tool ran once.</summary>
    private async Task ShouldFindTheRestAsync(McpHttp mcp, string id)
    {
        using var resumed = new LiveAnswer(await mcp.SendAsync(HttpMethod.Get, null, [("Last-Event-ID", After(id, 1))]));
        (await resumed.NextAsync())!.Value.GetProperty("params").GetProperty("data").GetString().ShouldBe("went on");
        TextOf(await resumed.NextAsync()).ShouldBe("done");
        (await resumed.NextAsync()).ShouldBeNull();
        _fake.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    private static async Task<LiveAnswer> CallAsync(McpHttp mcp) => new(await mcp.SendAsync(HttpMethod.Post, Wait, []));

    private static string TextOf(JsonElement? message) =>
        message!.Value.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    // A session that both frontends have served.
    private async Task<(McpHttp A, McpHttp B)> OpenAsync(string capabilities = "{}")
    {
        var (a, b) = (_gateway.McpAt(0, _server, _token), _gateway.McpAt(1, _server, _token));
        (await a.InitializeAsync(revision: "2025-06-18", capabilities)).Status.ShouldBe(HttpStatusCode.OK);
        b.SessionId = a.SessionId;
        (await a.ListToolNamesAsync()).ShouldContain("wait");
        (await b.ListToolNamesAsync()).ShouldContain("wait");
        return (a, b);
    }
}

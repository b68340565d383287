using System.Net;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>What of a legacy session lives on one frontend and is asked for at the other.</summary>
public sealed class TwoFrontendSessionTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
        _gateway = await GatewayHost.StartAsync(frontends: 2);
        var upstream = await _gateway.Admin.RegisterAsync(new { name = "fake", url = _fake.Url });
        _server = await _gateway.Admin.ComposeAsync("two", upstream);
        _token = (await _gateway.Admin.CreateTokenAsync(_server)).Text;
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
        string id;
        using (var call = await a.SendAsync(HttpMethod.Post, Wait, []))
        {
            using var reader = new StreamReader(await call.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            id = (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!["id: ".Length..];
        }

        _go.SetResult();
        using var resumed = new LiveAnswer(await b.SendAsync(HttpMethod.Get, null, [("Last-Event-ID", $"{LastEventId.Parse(id)!.Value.Stream}-1")]));

        (await resumed.NextAsync())!.Value.GetProperty("params").GetProperty("data").GetString().ShouldBe("went on");
        TextOf(await resumed.NextAsync()).ShouldBe("done");
        (await resumed.NextAsync()).ShouldBeNull();
        _fake.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    private const string Wait = """{"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"wait"}}""";

    private static async Task<LiveAnswer> CallAsync(McpHttp mcp) => new(await mcp.SendAsync(HttpMethod.Post, Wait, []));

    private static string TextOf(JsonElement? message) =>
        message!.Value.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    // A session that both frontends have served.
    private async Task<(McpHttp A, McpHttp B)> OpenAsync()
    {
        var (a, b) = (_gateway.McpAt(0, _server, _token), _gateway.McpAt(1, _server, _token));
        (await a.InitializeAsync(revision: "2025-06-18")).Status.ShouldBe(HttpStatusCode.OK);
        b.SessionId = a.SessionId;
        (await a.ListToolNamesAsync()).ShouldContain("wait");
        (await b.ListToolNamesAsync()).ShouldContain("wait");
        return (a, b);
    }
}

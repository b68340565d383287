using System.Diagnostics;
using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Two frontends that share the grains: whatever one of them did, the other knows.</summary>
public sealed class TwoFrontendTests : IAsyncLifetime
{
    // What design.md promises, and something for a busy machine.
    private static readonly TimeSpan s_everywhere = TimeSpan.FromSeconds(1) + TimeSpan.FromSeconds(2);

    private GatewayHost _gateway = null!;
    private FakeUpstream _fake = null!;
    private string _upstream = "";
    private string _server = "";
    private ApiToken _token = null!;

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeUpstream.StartAsync(static fake => fake.AddTool("second"));
        _gateway = await GatewayHost.StartAsync(frontends: 2);
        _upstream = await _gateway.Admin.RegisterAsync(new { name = "fake", url = _fake.Url });
        _server = await _gateway.Admin.ComposeAsync("two", _upstream);
        _token = await _gateway.Admin.CreateTokenAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Session_OpenedAtOneFrontend_IsServedByBothWithOneUpstreamSession()
    {
        var (a, b) = await OpenAsync();

        for (var i = 0; i < 3; i++)
        {
            (await a.CallAsync("echo", new { from = "a", i })).ContentText.ShouldBe($$"""{"from":"a","i":{{i}}}""");
            (await b.CallAsync("echo", new { from = "b", i })).ContentText.ShouldBe($$"""{"from":"b","i":{{i}}}""");
        }

        _fake.ReceivedOf("tools/call").Select(static call => call.SessionId).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Session_DeletedAtOneFrontend_IsUnknownThereAtOnceAndSoonAtTheOther()
    {
        var (a, b) = await OpenAsync();

        (await a.SendAsync(HttpMethod.Delete)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await a.RequestAsync("ping")).Status.ShouldBe(HttpStatusCode.NotFound);
        await SoonAsync(async () => (await b.RequestAsync("ping")).Status == HttpStatusCode.NotFound, "the other frontend forgets the session");
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedByBoth()
    {
        var (a, b) = await OpenAsync();

        (await _gateway.Admin.DeleteAsync($"/tokens/{_token.Id}")).Expect(HttpStatusCode.NoContent);

        foreach (var frontend in (McpHttp[])[a, b])
        {
            await SoonAsync(async () => (await frontend.RequestAsync("ping")).Status == HttpStatusCode.Unauthorized, "the token is refused");
        }
    }

    [Fact]
    public async Task Server_Edited_IsListedAnewByBoth()
    {
        var (a, b) = await OpenAsync();

        (await _gateway.Admin.PutAsync($"/servers/{_server}", new { associated_gateways = Array.Empty<string>(), associated_tools = new[] { "second" } }))
            .Expect(HttpStatusCode.OK);

        foreach (var frontend in (McpHttp[])[a, b])
        {
            await SoonAsync(async () => await frontend.ListToolNamesAsync() is ["second"], "the list has what is left");
        }
    }

    [Fact]
    public async Task Calls_AtBothFrontends_AreCountedTogether()
    {
        var (a, b) = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? a : b).CallAsync("echo")));

        // Each node tells its counts every two seconds.
        await UntilAsync(async () => await CountAsync() == 10, "all calls are counted", Eventually.Patience);
    }

    [Fact]
    public async Task Session_OfAFrontendThatStops_GoesOnAtTheOther()
    {
        var (a, b) = await OpenAsync();
        (await b.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);

        await _gateway.StopFrontendAsync(1);

        (await a.CallAsync("echo")).ContentText.ShouldBe("{}");
        _fake.ReceivedOf("tools/call").Select(static call => call.SessionId).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    // A session that both frontends have served.
    private async Task<(McpHttp A, McpHttp B)> OpenAsync()
    {
        var (a, b) = (_gateway.McpAt(0, _server, _token.Text), _gateway.McpAt(1, _server, _token.Text));
        (await a.InitializeAsync()).Status.ShouldBe(HttpStatusCode.OK);
        b.SessionId = a.SessionId;
        (await b.ListToolNamesAsync()).ShouldBe(["echo", "second"]);
        return (a, b);
    }

    private async Task<long> CountAsync()
    {
        var metrics = (await _gateway.Admin.GetAsync("/metrics")).Expect(HttpStatusCode.OK).Json;
        return metrics.GetProperty("totals").GetProperty("calls").GetInt64();
    }

    private static Task SoonAsync(Func<Task<bool>> condition, string what) => UntilAsync(condition, what, s_everywhere);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(patience, $"It did not come about in time that {what}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

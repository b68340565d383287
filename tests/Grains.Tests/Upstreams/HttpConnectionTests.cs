using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Grains.Tests.Upstreams;

public sealed class HttpConnectionTests
{
    [Fact]
    public async Task Open_ByManyAtOnce_IsOneSession()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.OpenAsync()));

        var session = replies[0].SessionId.ShouldNotBeNull();
        replies.ShouldAllBe(reply => reply.Kind == ConnectionReplyKind.Opened && reply.SessionId == session && reply.ProtocolVersion == "2025-11-25");
        upstream.SessionIds.ShouldContain(session);
        upstream.ReceivedOf("notifications/initialized").Count(request => request.SessionId == session).ShouldBe(1);
    }

    [Fact]
    public async Task Owners_HaveSessionsOfTheirOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);

        (await host.OpenAsync("one")).SessionId.ShouldNotBe((await host.OpenAsync("two")).SessionId);
    }

    [Fact]
    public async Task Stale_ReportedByMany_IsReplacedOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var old = (await host.OpenAsync()).SessionId;
        upstream.ForgetSessions();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.OpenAsync(stale: old)));

        replies.Select(reply => reply.SessionId).Distinct().ShouldHaveSingleItem().ShouldNotBe(old);
        (await host.OpenAsync(stale: "never given")).SessionId.ShouldBe(replies[0].SessionId);
    }

    [Fact]
    public async Task Close_EndsTheSessionUpstream()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var session = (await host.OpenAsync()).SessionId.ShouldNotBeNull();

        await host.Connection().CloseAsync("test");
        await host.Connection().CloseAsync("again");

        await Eventually.TrueAsync(() => !upstream.SessionIds.Contains(session), "the session is ended");
        (await host.OpenAsync()).SessionId.ShouldNotBe(session);
    }

    [Fact]
    public async Task Idle_TheSessionIsEndedUpstream_ButNotWhileANodeHoldsIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync(options => options.ConnectionIdle = TimeSpan.FromMinutes(5));
        await host.AddHttpAsync(upstream.Url);
        var session = (await host.OpenAsync()).SessionId.ShouldNotBeNull();

        for (var minute = 0; minute < 12; minute++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await host.Connection().HoldAsync(session);
        }

        (await host.OpenAsync()).SessionId.ShouldBe(session);
        upstream.SessionIds.ShouldContain(session);
        // In one step: the request that ends it is timed on the same clock.
        host.Time.Advance(TimeSpan.FromMinutes(6));
        await host.Connection().HoldAsync("another session");
        await Eventually.TrueAsync(() => !upstream.SessionIds.Contains(session), "the session is ended");
    }

    [Fact]
    public async Task Modern_NeedsNoOpening()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.Era = FakeEra.Modern);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();

        var reply = await host.OpenAsync();

        (reply.Kind, reply.SessionId, reply.ProtocolVersion).ShouldBe((ConnectionReplyKind.Opened, null, "2026-07-28"));
        upstream.ReceivedOf("initialize").ShouldBeEmpty();
    }

    [Fact]
    public async Task Unknown_Disabled_AndUnreachable_SayWhy()
    {
        await using var host = await UpstreamHost.StartAsync();
        (await host.OpenAsync()).Fault.ShouldBe(UpstreamFault.Disabled);

        await host.AddHttpAsync("http://127.0.0.1:1/mcp");
        var refused = await host.OpenAsync();
        (refused.Kind, refused.Fault).ShouldBe((ConnectionReplyKind.Failed, UpstreamFault.Unreachable));
        refused.Detail.ShouldNotBeNull().ShouldContain("refuses connections");
    }

    [Fact]
    public async Task Unreachable_IsTriedAgainAtOnceByTheNextCaller()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        upstream.Fail("initialize", FakeFault.ServerError, times: 5);
        for (var i = 0; i < 5; i++)
        {
            (await host.OpenAsync()).Fault.ShouldBe(UpstreamFault.HttpError);
        }

        (await host.OpenAsync()).Kind.ShouldBe(ConnectionReplyKind.Opened);
    }

    [Fact]
    public async Task CalledTheWayOfAProcess_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);

        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.Invalid);
        await host.OpenAsync();
        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.Invalid);
    }

    [Fact]
    public async Task ChangedSettings_EndTheSession()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var session = (await host.OpenAsync()).SessionId.ShouldNotBeNull();

        await host.ChangeAsync(row => row.SealedHeaders = host.Secrets.Headers.Seal("u", [new("X-New", "1")]));
        await host.Upstream().ReconfigureAsync();

        await Eventually.TrueAsync(() => !upstream.SessionIds.Contains(session), "the session is ended");
        await host.OpenAsync();
        upstream.ReceivedOf("initialize")[^1].Headers["X-New"].ShouldBe("1");
    }

    [Fact]
    public async Task Renamed_KeepsTheSession()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var session = (await host.OpenAsync()).SessionId;

        await host.ChangeAsync(row => (row.Name, row.Slug) = ("other", "other"));
        await host.Upstream().ReconfigureAsync();

        (await host.OpenAsync()).SessionId.ShouldBe(session);
    }
}

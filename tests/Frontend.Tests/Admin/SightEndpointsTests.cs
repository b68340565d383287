using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class SightEndpointsTests
{
    [Fact]
    public async Task Metrics_Administrator_SeesAllWithNames()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/metrics?since=2026-01-01T00:00:00Z&limit=5");

        answer.Json.GetProperty("totals").GetProperty("calls").GetInt64().ShouldBe(10);
        answer.Json.GetProperty("totals").GetProperty("failureRate").GetDouble().ShouldBe(0.2);
        var tools = answer.Json.GetProperty("tools");
        tools[0].GetProperty("name").GetString().ShouldBe("weather-now");
        tools[1].GetProperty("name").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "it was deleted");
        host.Grains.Sight.LastQuery!.Limit.ShouldBe(5);
        host.Grains.Sight.LastQuery.Since.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Metrics_OtherCallers_SeeOnlyWhatTheyMaySee()
    {
        await using var host = await ApiHost.StartAsync();
        var some = host.Grains.Access.AddToken(AccessWorld.Viewer with { Permissions = Permissions.MetricsRead });

        var tools = (await host.GetAsync("/metrics", some)).Json.GetProperty("tools");

        tools.EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe("item-1");
        (await host.GetAsync("/metrics", host.Grains.Access.AddToken(AccessWorld.Viewer))).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("since=yesterday", "since")]
    [InlineData("limit=0", "limit")]
    public async Task Metrics_BadParameter_IsNamed(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync("/metrics?" + query)).Error(field).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Audit_Filters_ReachTheGrain()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/audit?actor_id=u&action=gateways.create&targetId=gw-1&since=2026-01-01&until=2026-02-01T01:00:00%2B01:00");

        answer.Json[0].GetProperty("detail").GetProperty("name").GetString().ShouldBe("Weather");
        host.Grains.Sight.LastAuditQuery.ShouldBe(new AuditQuery(
            "u",
            "gateways.create",
            "gw-1",
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero)));
        (await host.GetAsync("/audit?until=x")).Error("until").ShouldNotBeEmpty();
        (await host.GetAsync("/audit", host.Grains.Access.AddToken(AccessWorld.Viewer))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Users_ListAndMe()
    {
        await using var host = await ApiHost.StartAsync();
        var viewer = host.Grains.Access.AddToken(AccessWorld.Viewer, servers: ["srv-1"]);

        (await host.GetAsync("/users")).Json[0].GetProperty("isAdmin").GetBoolean().ShouldBeTrue();
        (await host.GetAsync("/users", viewer)).Status.ShouldBe(403);
        var me = await host.GetAsync("/v1/users/me", viewer);
        me.Json.GetProperty("permissions").EnumerateArray().Select(name => name.GetString()).ShouldBe(["tools.read", "servers.read"]);
        me.Json.GetProperty("serverIds")[0].GetString().ShouldBe("srv-1");
        me["tokenId"].ShouldBe(AccessWorld.IdOf(viewer));
    }

    [Theory]
    [InlineData("/startup")]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/version")]
    [InlineData("/v1/health")]
    public async Task Status_IsOpenToEverybody(string path)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync(path, token: "")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Ready_FeedLost_IsNot()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Feed.Fault = new TimeoutException();
        host.Grains.Feed.Break();
        host.Clock.Advance(TimeSpan.FromSeconds(3));

        (await host.GetAsync("/ready", token: "")).Status.ShouldBe(503);
        (await host.GetAsync("/health", token: "")).Status.ShouldBe(200);
    }
}

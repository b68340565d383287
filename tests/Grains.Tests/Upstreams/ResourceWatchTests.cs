using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Grains.Tests.Upstreams;

/// <summary>Resources watched over a connection, in the way of every generation and transport.</summary>
public sealed class ResourceWatchTests
{
    public enum Way
    {
        LegacyHttp,
        ModernHttp,
        Sse,
    }

    public static TheoryData<Way> Ways => [Way.LegacyHttp, Way.ModernHttp, Way.Sse];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Watch_ResourceUpdated_IsToldOfIt(Way way)
    {
        await using var world = await World.StartAsync(way);
        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1", "a://2");
        watch.First.Standings.ShouldAllBe(standing => standing.IsWatched);
        world.Upstream.Watched.ShouldBe(["a://1", "a://2"]);

        await world.Upstream.UpdateAsync("a://2");

        (await watch.UpdatedAsync()).ShouldBe(["a://2"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Watch_ResourceRefused_SaysSoAndWatchesTheOthers(Way way)
    {
        await using var world = await World.StartAsync(way);
        world.Upstream.Unwatchable.Add("a://2");

        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1", "a://2");

        watch.First.Standings[0].IsWatched.ShouldBeTrue();
        (watch.First.Standings[1].IsRefused, watch.First.Standings[1].IsWatched).ShouldBe((true, false));
        await world.Upstream.UpdateAsync("a://1");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Watches_OfOneResource_ShareOneSubscriptionToTheLast(Way way)
    {
        await using var world = await World.StartAsync(way);
        var one = await WatchReader.BeginAsync(world.Connection, "a://1");
        var two = await WatchReader.BeginAsync(world.Connection, "a://1");
        world.Upstream.Watched.ShouldBe(["a://1"]);

        await one.DisposeAsync();
        await world.PassTimeAsync(TimeSpan.FromSeconds(6));
        await world.Upstream.UpdateAsync("a://1");
        (await two.UpdatedAsync()).ShouldBe(["a://1"]);

        await two.DisposeAsync();
        await world.UntilAsync(() => world.Upstream.Watched.Count == 0, "the upstream is asked to tell no more");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Watch_UpstreamComesBack_IsSubscribedAgainAndToldOfTheGap(Way way)
    {
        await using var world = await World.StartAsync(way);
        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1");

        await world.Upstream.StopAsync();
        await world.Upstream.RestartAsync();
        await world.UntilAsync(() => world.Upstream.Watched.Count == 1, "it is asked again");

        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
        await world.Upstream.UpdateAsync("a://1");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
    }

    [Fact]
    public async Task Watch_SessionForgotten_IsSubscribedInANewOne()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1");
        var old = (await world.Host.OpenAsync()).SessionId;
        world.Upstream.ForgetSessions();
        world.Upstream.CloseStreams();

        await world.UntilAsync(() => world.Upstream.Watched.Count == 1, "it is asked again");

        (await world.Host.OpenAsync()).SessionId.ShouldNotBe(old);
    }

    [Fact]
    public async Task Watch_CallersSession_IsTheSame()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        var session = (await world.Host.OpenAsync()).SessionId;

        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1");

        world.Upstream.ReceivedOf("resources/subscribe").ShouldHaveSingleItem().SessionId.ShouldBe(session);
    }

    [Fact]
    public async Task Watch_UpstreamDown_SaysSoAndGoesOnTrying()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        await world.Upstream.StopAsync();

        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1");

        watch.First.Standings[0].Fault.ShouldBe(UpstreamFault.Unreachable);
        await world.Upstream.RestartAsync();
        await world.UntilAsync(() => world.Upstream.Watched.Count == 1, "it is asked again");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
    }

    [Fact]
    public async Task Watch_ResourceBelowTheWatchedOne_IsToldOf()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1/folder", "a://1");

        await world.Upstream.UpdateAsync("a://1/folder", "/file?x#y");

        (await watch.NextAsync()).Updates.ShouldBe([new ResourceUpdate("a://1/folder", "a://1/folder/file?x#y")]);
    }

    [Fact]
    public async Task Watch_Replaced_HearsAgainWhatWasToldBetween()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        var first = await WatchReader.BeginAsync(world.Connection, "a://1");
        await using var other = await WatchReader.BeginAsync(world.Connection, "a://2");
        await first.DisposeAsync();
        await world.Upstream.UpdateAsync("a://1");
        await world.Upstream.UpdateAsync("a://2");
        await other.UpdatedAsync();

        await using var second = await WatchReader.BeginAsync(world.Connection, "a://1");

        (await second.UpdatedAsync()).ShouldBe(["a://1"]);
        world.Upstream.ReceivedOf("resources/subscribe").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(100, 2)]
    public async Task Watches_MoreThanAllowed_AreRefusedAsBusyAndTheOthersWatched(int limit, int principalLimit)
    {
        await using var world = await World.StartAsync(
            Way.LegacyHttp, options => (options.MaxWatchedPerConnection, options.MaxWatchedPerPrincipal) = (limit, principalLimit));
        await using var one = await WatchReader.BeginAsync(world.Connection, "a://1");

        await using var two = await WatchReader.BeginAsync(world.Connection, "a://1", "a://2", "a://3");

        two.First.Standings.Select(standing => standing.Fault).ShouldBe([UpstreamFault.None, UpstreamFault.None, UpstreamFault.Busy]);
        two.First.Standings[2].Detail.ShouldNotBeNull().ShouldContain("2");
        world.Upstream.Watched.ShouldBe(["a://1", "a://2"]);
    }

    [Fact]
    public async Task Watch_NoEventStreamOffered_EveryResourceIsRefused()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        world.Upstream.OffersGetStream = false;

        await using var watch = await WatchReader.BeginAsync(world.Connection, "a://1");

        watch.First.Standings[0].IsRefused.ShouldBeTrue();
        world.Upstream.ReceivedOf("resources/subscribe").ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_HeadersOfTheStreamComeWithItsFirstEvent_IsWatchedAllTheSame()
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        world.Upstream.HoldsHeadersBack = true;

        var beginning = WatchReader.BeginAsync(world.Connection, "a://1");
        await world.UntilAsync(() => beginning.IsCompleted, "it is watched");
        await using var watch = await beginning;
        await world.Upstream.UpdateAsync("a://1");

        watch.First.Standings[0].IsWatched.ShouldBeTrue(watch.First.Standings[0].Detail);
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
        world.Upstream.ReceivedOf("GET").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("notifications/message")]
    [InlineData("notifications/tasks/status")]
    public async Task Watch_Notices_BelongToNoCall(string method)
    {
        await using var world = await World.StartAsync(Way.LegacyHttp);
        await using var watch = await WatchReader.OfNoticesAsync(world.Connection);
        var session = (await world.Host.OpenAsync()).SessionId!;

        await world.Upstream.SendToAsync(session, $$$"""{"jsonrpc":"2.0","method":"{{{method}}}","params":{"level":"info","data":"beside"} }""");

        (await watch.NoticeAsync()).ShouldContain("beside");
    }

    [Fact]
    public async Task Watch_ProcessWritesALogLater_BelongsToNoCall()
    {
        await using var host = await UpstreamHost.StartInRealTimeAsync();
        await host.AddStdioAsync();
        await using var watch = await WatchReader.OfNoticesAsync(host.Connection());

        (await host.CallAsync("log", """{"text":"during","later":"after"}""")).Count.ShouldBe(2);

        (await watch.NoticeAsync()).ShouldContain("after");
    }

    [Theory]
    [InlineData]
    [InlineData("--modern")]
    public async Task Watch_Process_IsToldOfUpdatesBesideItsCalls(params string[] era)
    {
        await using var host = await UpstreamHost.StartInRealTimeAsync();
        await host.AddStdioAsync(["--watchable", .. era]);
        await host.RefreshAsync();
        await using var watch = await WatchReader.BeginAsync(host.Connection(), "a://1");
        watch.First.Standings[0].IsWatched.ShouldBeTrue(watch.First.Standings[0].Detail);

        UpstreamHost.TextOf(await host.CallAsync("update", """{"uri":"a://1"}""")).ShouldBe("watched: a://1");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);

        // A process that died is started again, and asked again.
        await host.CallAsync("die");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
        await host.CallAsync("update", """{"uri":"a://1"}""");
        (await watch.UpdatedAsync()).ShouldBe(["a://1"]);
    }

    private sealed class World(UpstreamHost host, FakeUpstream upstream) : IAsyncDisposable
    {
        public UpstreamHost Host => host;

        public FakeUpstream Upstream => upstream;

        public IConnectionGrain Connection => host.Connection();

        public static async Task<World> StartAsync(Way way, Action<Gateway.Upstreams.UpstreamOptions>? configure = null)
        {
            var upstream = await FakeUpstream.StartAsync(fake =>
            {
                fake.Era = way == Way.ModernHttp ? FakeEra.Modern : FakeEra.Legacy;
                fake.OffersSubscriptions = true;
                fake.OffersListChanged = false;
            });
            var host = await UpstreamHost.StartAsync(configure);
            await (way == Way.Sse ? host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse) : host.AddHttpAsync(upstream.Url));
            await host.RefreshAsync();
            return new World(host, upstream);
        }

        /// <summary>Lets the clock run until something has come about; not so fast that streams seem abandoned.</summary>
        public Task UntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromMilliseconds(10));
                return condition();
            },
            what);

        public Task PassTimeAsync(TimeSpan time)
        {
            var until = host.Time.GetUtcNow() + time;
            return UntilAsync(() => host.Time.GetUtcNow() >= until, "time passes");
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await upstream.DisposeAsync();
        }
    }
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Dashboard.Model;
using McpGateway.Dashboard.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpGateway.Dashboard.Tests.Model;

public sealed class OverviewModelTests : IAsyncDisposable
{
    private readonly FakeTime _time = new();
    private readonly GatewayWorld _world = new();
    private OverviewModel? _model;

    private OverviewModel Model => _model!;

    public async ValueTask DisposeAsync()
    {
        if (_model is not null)
        {
            await _model.DisposeAsync();
        }
    }

    [Fact]
    public async Task Load_ReadsEverythingInTheUsersName()
    {
        _world.Put(GatewayWorld.Upstream("github"));
        _world.Put(GatewayWorld.Server("coding", 3));
        _world.Usage = _world.Usage.Add("vs-coding", Usage(5, 1));
        await CreateAsync();

        await Model.LoadAsync(TestContext.Current.CancellationToken);

        var state = Model.Current;
        state.Counts!.Upstreams.ShouldBe(1);
        state.Upstreams.Rows.Single().State.ShouldBe(UpstreamState.Online);
        var server = state.Servers.Rows.Single();
        (server.Tools, server.Calls, server.Failures).ShouldBe((3, 5L, 1L));
        _world.Callers.ShouldAllBe(caller => caller.Rights.PrincipalId == GatewayWorld.UserId && caller.Address == "192.0.2.7" && caller.TokenId == null);
        _world.Callers.Select(caller => caller.RequestId).ShouldBeUnique();
    }

    [Fact]
    public async Task FeedEntry_OfAnUpstream_ReadsItAgain_AndKeepsTheOtherRows()
    {
        _world.Put(GatewayWorld.Upstream("github"));
        _world.Put(GatewayWorld.Upstream("jira"));
        await FollowAsync();
        var before = Model.Current.Upstreams.Rows;

        _world.Put(GatewayWorld.Upstream("jira", UpstreamState.Offline));

        await UntilAsync(state => state.Upstreams.Rows[1].State == UpstreamState.Offline, "jira is shown offline");
        Model.Current.Upstreams.Rows[0].ShouldBeSameAs(before[0]);
    }

    [Fact]
    public async Task WithoutAnyFeedEntry_SlowReadsCatchUp()
    {
        await FollowAsync();
        _world.Feed.Cut(new IOException("the silo died"));
        _world.Usage = _world.Usage.Add("vs-coding", Usage(9, 0));
        _world.Put(GatewayWorld.Upstream("late"));

        await UntilAsync(state => state.Upstreams.Rows.Length == 1, "the new server is shown");
    }

    [Fact]
    public async Task LostStreams_AreOpenedAnew_AndNothingIsCountedTwice()
    {
        await FollowAsync();
        _world.Report(SampleWorld.Call("first", false, _time.GetUtcNow()));
        await UntilAsync(state => state.Calls.Length == 1, "the first call is shown");

        _world.LiveCalls.Cut(new TimeoutException());
        _world.Feed.Cut();
        _world.Report(SampleWorld.Call("meanwhile", false, _time.GetUtcNow()));

        await UntilAsync(state => state.Calls.Length == 2, "the call of the gap is shown");
        Model.Current.Calls.Select(call => call.Name).ShouldBe(["meanwhile", "first"]);
        Model.Current.Bins.Sum(bin => bin.Succeeded).ShouldBe(2);
        await UntilAsync(_ => _world.Feed.Watchers == 1 && _world.LiveCalls.Watchers == 1, "both streams are open again");
        _world.LiveCalls.Opened.ShouldBe(2);
    }

    [Fact]
    public async Task Outage_KeepsWhatIsKnown_SaysSo_AndHeals()
    {
        _world.Put(GatewayWorld.Upstream("github"));
        await FollowAsync();

        _world.Outage = new TimeoutException("no silo answers");
        await UntilAsync(state => state.Paused, "the page says that it is paused");
        Model.Current.Upstreams.Rows.Single().Name.ShouldBe("github");
        Model.Current.Upstreams.Problem.ShouldBeNull();

        _world.Outage = null;
        await UntilAsync(state => !state.Paused, "the page is live again");
    }

    [Fact]
    public async Task OutageFromTheBeginning_IsToldInThePlaceOfTheRows()
    {
        await CreateAsync();
        _world.Outage = new TimeoutException("no silo answers");

        await Model.LoadAsync(TestContext.Current.CancellationToken);

        Model.Current.Upstreams.Problem.ShouldNotBeNull().ShouldContain("could not be asked");
        Model.Current.Upstreams.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task Refusal_IsToldInItsOwnWords()
    {
        _world.CatalogRefusal = Refusal.Forbidden("gateways.read");
        await CreateAsync();

        await Model.LoadAsync(TestContext.Current.CancellationToken);

        Model.Current.Upstreams.Problem.ShouldBe("This needs the permission 'gateways.read'.");
    }

    [Fact]
    public async Task UserWithoutMetricsPermission_SeesOnlyOwnCalls()
    {
        _world.Rights = new Rights(GatewayWorld.UserId, GatewayWorld.Email, Permissions.Use, false, []);
        _world.Put(GatewayWorld.Server("coding", 1));
        _world.Usage = _world.Usage.Add("vs-coding", Usage(5, 0));
        await FollowAsync();

        _world.Report(
            SampleWorld.Call("foreign", false, _time.GetUtcNow()),
            SampleWorld.Call("own", false, _time.GetUtcNow()) with { Principal = GatewayWorld.Email });

        await UntilAsync(state => !state.Calls.IsEmpty, "a call is shown");
        Model.Current.Calls.Single().Name.ShouldBe("own");
        Model.SeesAllCalls.ShouldBeFalse();
        Model.Current.Servers.Rows.Single().Calls.ShouldBeNull();
    }

    [Fact]
    public async Task Dispose_LeavesEveryStream()
    {
        await FollowAsync();

        await Model.DisposeAsync();
        _model = null;

        _world.Feed.Watchers.ShouldBe(0);
        _world.LiveCalls.Watchers.ShouldBe(0);
        _time.Waiting.ShouldBe(0);
    }

    private static SeriesSummary Usage(long calls, long failures) =>
        new(SeriesKind.VirtualServer, "vs-coding", calls, failures, 0, 1, 1, 1, 1, DateTimeOffset.UnixEpoch);

    private async Task CreateAsync() =>
        _model = new OverviewModel(await SignedIn.ClientAsync(_world, _time), _time, TimeSpan.FromSeconds(5), NullLogger.Instance);

    private async Task FollowAsync()
    {
        await CreateAsync();
        await Model.LoadAsync(TestContext.Current.CancellationToken);
        Model.Follow();
        await Eventually.HoldsAsync(() => _world.Feed.Watchers == 1 && _world.LiveCalls.Watchers == 1, "both streams are open");
    }

    private Task UntilAsync(Func<OverviewState, bool> condition, string what) =>
        Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                return condition(Model.Current);
            },
            what);
}

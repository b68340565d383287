using System.Globalization;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Upstreams;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpGateway.Grains.Tests.Upstreams;

public sealed class UpstreamHealthTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(9, 60)]
    public async Task Down_IsAskedAgainWithGrowingPauses_AndComesBack(int failures, int seconds)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.OffersListChanged = false);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        var feed = await host.LastChangeAsync();
        upstream.Fail("*", FakeFault.ServerError);
        for (var i = 0; i < failures; i++)
        {
            (await host.RefreshAsync()).State.ShouldBe(UpstreamState.Offline);
        }

        (await host.FeedAfterAsync(feed)).ShouldBe([ChangeKind.Upstream]);
        (await host.RowAsync()).LastError.ShouldNotBeNull().ShouldContain("500");
        upstream.Behave();
        var before = upstream.Received.Count;
        host.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(10));
        upstream.Received.Count.ShouldBe(before);
        host.Time.Advance(TimeSpan.FromMilliseconds(20));

        await Eventually.TrueAsync(() => host.RowAsync().Result.State == UpstreamState.Online, "it is online again");
        (await host.RowAsync()).LastError.ShouldBeNull();
        (await host.ItemsAsync()).ShouldAllBe(item => item.Available);
    }

    [Fact]
    public async Task Unauthorized_IsAStateOfItsOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.RequiredHeader = ("Authorization", "Bearer right"));
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);

        var status = await host.RefreshAsync();

        status.State.ShouldBe(UpstreamState.NeedsAuthorization);
        status.LastError.ShouldNotBeNull().ShouldContain("401");

        await host.ChangeAsync(row => row.SealedHeaders = host.Secrets.Headers.Seal("u", [new("Authorization", "Bearer right")]));
        await host.Upstream().ReconfigureAsync();
        (await host.RefreshAsync()).State.ShouldBe(UpstreamState.Online);
    }

    [Fact]
    public async Task CredentialsSealedUnderAnotherKey_AreNamedAsTheReason()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url, change: row => row.SealedHeaders = new byte[60]);

        var status = await host.RefreshAsync();

        status.State.ShouldBe(UpstreamState.NeedsAuthorization);
        status.LastError.ShouldNotBeNull().ShouldContain("another master key");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Disabled_HasNoTrafficAtAll()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url, change: row => (row.Enabled, row.State) = (false, UpstreamState.Disabled));

        await host.Upstream().WakeAsync();
        (await host.RefreshAsync()).State.ShouldBe(UpstreamState.Disabled);
        await host.Upstream().SuspectAsync("test");
        (await host.OpenAsync()).Fault.ShouldBe(UpstreamFault.Disabled);
        host.Time.Advance(TimeSpan.FromHours(1));

        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task DisabledWhileLookedAt_IsLeftAloneAtOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.Fail("tools/list", FakeFault.Silence);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var look = host.RefreshAsync();
        await upstream.WaitForAsync("tools/list");

        await host.ChangeAsync(row => (row.Enabled, row.State) = (false, UpstreamState.Disabled));
        await host.Upstream().ReconfigureAsync();

        (await look.Soon()).State.ShouldBe(UpstreamState.Disabled);
        (await host.ItemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task MovedWhileLookedAt_KeepsNothingOfTheOldPlace()
    {
        await using var old = await FakeUpstream.StartAsync(fake => fake.AddTool("old"));
        await using var moved = await FakeUpstream.StartAsync(fake => fake.AddTool("new"));
        old.Fail("tools/list", FakeFault.Silence);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(old.Url);
        var look = host.RefreshAsync();
        await old.WaitForAsync("tools/list");

        await host.ChangeAsync(row => row.Url = moved.Url);
        await host.Upstream().ReconfigureAsync();
        await look.Soon();

        await Eventually.TrueAsync(() => { host.Time.Advance(TimeSpan.FromMilliseconds(10)); return host.ItemsAsync().Result.Count > 0; }, "the new place is discovered");
        (await host.ItemsAsync()).Select(item => item.OriginalName).ShouldBe(["echo", "new"]);
    }

    [Fact]
    public async Task Refreshes_AtOneTime_AreOneLook()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.RefreshAsync()));

        all.ShouldAllBe(status => status.State == UpstreamState.Online);
        upstream.ReceivedOf("tools/list").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Suspicions_BecomeOneLookASecond()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();

        for (var i = 0; i < 50; i++)
        {
            await host.Upstream().SuspectAsync("test");
        }

        upstream.ReceivedOf("tools/list").Count.ShouldBe(1);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await upstream.WaitForAsync("tools/list", 2);
        await host.RefreshAsync();
        upstream.ReceivedOf("tools/list").Count.ShouldBeInRange(2, 3);
    }

    [Fact]
    public async Task RefreshPeriod_BringsChangesByItself()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url, change: row => row.RefreshSeconds = 60);
        await host.RefreshAsync();
        upstream.AddTool("later");

        host.Time.Advance(TimeSpan.FromSeconds(50));
        (await host.ItemsAsync()).Count.ShouldBe(1);
        host.Time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => host.ItemsAsync().Result.Count == 2, "the new tool is found");
    }

    [Theory]
    [InlineData(FakeEra.Legacy)]
    [InlineData(FakeEra.Modern)]
    public async Task ListChanged_OnItsStream_BringsChanges(FakeEra era)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.Era = era);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        await Eventually.TrueAsync(() => upstream.OpenStreams == 1, "the stream is open");
        upstream.AddTool("later");

        await upstream.NotifyAsync("notifications/tools/list_changed");

        await AdvanceUntilAsync(host, () => host.ItemsAsync().Result.Count == 2, TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Stream_ThatIsNotOffered_IsNotAskedForAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.OffersGetStream = false);
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        await upstream.WaitForAsync("GET");

        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.RefreshAsync();

        upstream.ReceivedOf("GET").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Stream_ThatBroke_IsOpenedAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        await Eventually.TrueAsync(() => upstream.OpenStreams == 1, "the stream is open");

        upstream.CloseStreams();
        await Eventually.TrueAsync(() => upstream.OpenStreams == 0, "the stream is closed");

        await AdvanceUntilAsync(host, () => upstream.OpenStreams == 1, TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Watch_GivesTheStateThenItsChanges_AndEndsWithTheUpstream()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url, change: row => row.State = UpstreamState.Pending);
        await using var watch = host.Upstream().WatchAsync(UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation);
        (await watch.MoveNextAsync().Soon()).ShouldBeTrue();
        var first = watch.Current.State;

        await host.RefreshAsync();
        if (first != UpstreamState.Online)
        {
            (await watch.MoveNextAsync().Soon()).ShouldBeTrue();
        }

        watch.Current.State.ShouldBe(UpstreamState.Online);
        await host.WriteAsync(db =>
        {
            db.Upstreams.Remove(db.Upstreams.Single());
            return Task.CompletedTask;
        });
        await host.Upstream().ReconfigureAsync();
        while (await watch.MoveNextAsync().Soon())
        {
            watch.Current.State.ShouldBe(UpstreamState.Online);
        }
    }

    [Fact]
    public async Task Describe_TellsWhatCallsNeed_AndNothingOfTheUnknown()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        (await host.Upstream("nobody").DescribeAsync(UpstreamHost.Cancellation)).ShouldBeNull();
        await host.AddHttpAsync(upstream.Url, change: row => row.TimeoutSeconds = 7);
        await host.RefreshAsync();

        var route = (await host.Upstream().DescribeAsync(UpstreamHost.Cancellation)).ShouldNotBeNull();

        (route.Url, route.Era, route.ProtocolVersion, route.RequiresSession, route.TimeoutSeconds, route.State)
            .ShouldBe((upstream.Url, Era.Legacy, "2025-11-25", true, 7, UpstreamState.Online));
        route.Version.ShouldBe(await host.LastChangeAsync());
        route.Capabilities.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task Log_KeepsTheLastLines()
    {
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync("http://127.0.0.1:1/mcp", change: row => row.Enabled = false);
        var lines = Enumerable.Range(0, 700).Select(i => new UpstreamLogLine(host.Time.GetUtcNow(), "c", i.ToString(CultureInfo.InvariantCulture)));

        await host.Upstream().WriteLogAsync([.. lines]);

        var kept = await host.Upstream().ReadLogAsync(UpstreamHost.Cancellation);
        kept.Length.ShouldBe(500);
        (kept[0].Text, kept[^1].Text).ShouldBe(("200", "699"));
    }

    [Fact]
    public async Task Keeper_WakesWhatIsEnabled()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        var keeper = host.Services.GetServices<IHostedService>().OfType<UpstreamKeeper>().Single();

        await keeper.StartAsync(UpstreamHost.Cancellation);

        await AdvanceUntilAsync(host, () => upstream.ReceivedOf("tools/list").Count > 0, TimeSpan.FromMilliseconds(10));
        await keeper.StopAsync(UpstreamHost.Cancellation);
    }

    private static Task AdvanceUntilAsync(UpstreamHost host, Func<bool> condition, TimeSpan step) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            host.Time.Advance(step);
            return false;
        },
        "the condition holds");
}

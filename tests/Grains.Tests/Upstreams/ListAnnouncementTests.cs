using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Grains.Tests.Upstreams;

/// <summary>What an upstream announces reaches the feed, found to be different or not.</summary>
public sealed class ListAnnouncementTests
{
    [Fact]
    public async Task Announced_AndTheSame_TheFeedNamesTheLists()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        var before = await host.LastChangeAsync();

        await host.Upstream().AnnounceAsync(ChangedLists.Tools);
        await host.Upstream().AnnounceAsync(ChangedLists.Prompts);
        await host.RefreshAsync();

        var told = await host.ChangesAfterAsync(before);
        told.ShouldHaveSingleItem().Kind.ShouldBe(ChangeKind.Announcement);
        ListAnnouncement.Parse(told[0].Key).ShouldBe(new ListAnnouncement("u", ChangedLists.Tools | ChangedLists.Prompts));

        // Told once: the next look has nothing to say.
        await host.RefreshAsync();
        (await host.ChangesAfterAsync(told[0].Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Announced_AndDifferent_TheFeedNamesTheCatalogAlone()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        var before = await host.LastChangeAsync();
        upstream.AddTool("new");

        await host.Upstream().AnnounceAsync(ChangedLists.Tools);
        await host.RefreshAsync();

        (await host.FeedAfterAsync(before)).ShouldBe([ChangeKind.Catalog]);
    }

    [Fact]
    public async Task Announced_WhileItIsLookedAt_IsToldByTheNextLook()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        var before = await host.LastChangeAsync();
        upstream.Fail("tools/list", FakeFault.Silence, times: 1);
        var look = host.RefreshAsync();
        await upstream.WaitForAsync("tools/list", 2);

        await host.Upstream().AnnounceAsync(ChangedLists.Tools);
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return host.FeedAfterAsync(before).Result.Contains(ChangeKind.Announcement);
            },
            "the feed names the lists");
        await look.Soon();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/3")]
    [InlineData("u")]
    [InlineData("u/")]
    [InlineData("u/-1")]
    [InlineData("u/x")]
    public void Key_OfAnotherForm_IsNone(string key) => ListAnnouncement.Parse(key).ShouldBeNull();
}

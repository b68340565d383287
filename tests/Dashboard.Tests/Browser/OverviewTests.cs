using McpGateway.Abstractions.Upstreams;
using McpGateway.Dashboard.Tests.Hosting;
using Microsoft.Playwright;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>The overview in a real browser.</summary>
public sealed class OverviewTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Overview_WithServers_ShowsThemAndTheirState()
    {
        var world = SampleWorld.Create();
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);

        await visit.OpenOverviewAsync();

        var row = visit.Page.Locator("tr[data-id='up-github']");
        (await row.InnerTextAsync()).ShouldContain("Online");
        (await visit.Page.Locator("tr[data-id='up-jira']").InnerTextAsync()).ShouldContain("connection refused");
        (await visit.Page.Locator("tr[data-id='vs-coding']").InnerTextAsync()).ShouldContain("1,204");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task StateChange_OnOpenPage_AppearsWithoutReload()
    {
        var world = SampleWorld.Create();
        await using var host = await DashboardHost.StartAsync(world, configure: options => options.RefreshEvery = TimeSpan.FromMinutes(1));
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();
        await visit.Page.EvaluateAsync("document.querySelector(\"tr[data-id='up-github']\").dataset.mark = 'same'");

        world.Put(GatewayWorld.Upstream("github", UpstreamState.Offline) with { LastError = "no answer within 10 s" });

        // The very same row: changed in place, neither reloaded nor replaced.
        await visit.Page.WaitForSelectorAsync("tr[data-id='up-github'][data-mark='same']:has-text('no answer within 10 s')");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_WhileWatched_AppearsInListAndChart()
    {
        var world = SampleWorld.Create();
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();

        world.Report(SampleWorld.Call("search_issues", failed: true, TimeProvider.System.GetUtcNow()));

        await visit.Page.WaitForSelectorAsync("tr[data-number]:has-text('search_issues'):has-text('Failed'):has-text('coding')");
        await visit.Page.WaitForSelectorAsync(".rz-chart svg .rz-column-series path, .rz-chart svg .rz-stacked-column-series path, .rz-chart svg .rz-series-1 path", new() { State = WaitForSelectorState.Attached });
        visit.Troubles.ShouldBeEmpty();
    }
}

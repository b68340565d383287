using McpGateway.Abstractions.Upstreams;
using McpGateway.Dashboard.Tests.Hosting;

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

        var chart = visit.Page.Locator(".chart");
        var before = await chart.GetAttributeAsync("aria-label");
        (await chart.Locator("svg path").CountAsync()).ShouldBeGreaterThan(10);

        world.Report(SampleWorld.Call("search_issues", failed: true, TimeProvider.System.GetUtcNow()));

        await visit.Page.WaitForSelectorAsync("tr[data-number]:has-text('search_issues'):has-text('Failed'):has-text('coding')");
        (await chart.GetAttributeAsync("aria-label")).ShouldNotBe(before);
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_UnderThePointer_StandStill()
    {
        var world = SampleWorld.Create();
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();
        var first = visit.Page.Locator(".calls tbody tr").First;
        var number = await first.GetAttributeAsync("data-number");

        await first.HoverAsync();
        await visit.Page.WaitForSelectorAsync("text=Held while the pointer is here.");
        world.Report(SampleWorld.Call("one_more", failed: false, TimeProvider.System.GetUtcNow()));
        await visit.Page.WaitForSelectorAsync("text=Held while the pointer is here; 1 more since.");
        (await first.GetAttributeAsync("data-number")).ShouldBe(number);

        await visit.Page.Mouse.MoveAsync(400, 20);
        await visit.Page.WaitForSelectorAsync("tr[data-number]:has-text('one_more')");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task EmptyGateway_TeachesACommandThatCanBeCopied()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.OpenOverviewAsync();

        await visit.Page.ClickAsync("[data-copy=register-command]");

        await visit.Page.WaitForSelectorAsync("text=Copied");
        var copied = await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        copied.ShouldContain($"curl -s {host.Address}gateways ");
        visit.Troubles.ShouldBeEmpty();
    }
}

using McpGateway.Dashboard.Tests.Hosting;
using Microsoft.Playwright;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>What holds for every page: width, themes, keyboard, connection.</summary>
public sealed class ShellTests(BrowserFixture browsers)
{
    private const string Overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NarrowPage_HasNoHorizontalScroll(bool full)
    {
        await using var host = await DashboardHost.StartAsync(full ? SampleWorld.Create() : new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address, width: 390, height: 844);

        await visit.GoAsync("/ui");
        (await visit.Page.EvaluateAsync<int>(Overflow)).ShouldBe(0);
        await visit.OpenOverviewAsync();
        (await visit.Page.EvaluateAsync<int>(Overflow)).ShouldBe(0);

        await visit.Page.ClickAsync("[data-toggle-nav]");
        await visit.Page.WaitForSelectorAsync("nav a.active");
        (await visit.Page.EvaluateAsync<int>(Overflow)).ShouldBe(0);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.WaitForSelectorAsync("nav a.active", new() { State = WaitForSelectorState.Hidden });
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Theme_WhenChosen_HoldsOverReloadsAndSignOut()
    {
        await using var host = await DashboardHost.StartAsync(SampleWorld.Create());
        await using var visit = await Visit.StartAsync(browsers, host.Address, scheme: ColorScheme.Light);
        await visit.OpenOverviewAsync();
        (await BackgroundAsync(visit)).ShouldBe("rgb(244, 246, 248)");

        await visit.Page.ClickAsync("[popovertarget=theme-menu]");
        await visit.Page.ClickAsync("[data-set-theme=dark]");
        (await BackgroundAsync(visit)).ShouldBe("rgb(31, 42, 47)");

        await visit.Page.ReloadAsync();
        await visit.LiveAsync();
        (await BackgroundAsync(visit)).ShouldBe("rgb(31, 42, 47)");
        (await visit.Page.GetAttributeAsync("[data-set-theme=dark]", "aria-checked")).ShouldBe("true");
        (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--rz-base-background-color')"))
            .ShouldBe("#3a474d", "Radzen's dark theme holds as well");

        await visit.Page.ClickAsync("[popovertarget=account-menu]");
        await visit.Page.ClickAsync("text=Sign out");
        await visit.Page.WaitForSelectorAsync("#password");
        (await BackgroundAsync(visit)).ShouldBe("rgb(31, 42, 47)");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Theme_UntilChosen_FollowsTheSystem()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address, scheme: ColorScheme.Dark);
        await visit.OpenOverviewAsync();
        (await BackgroundAsync(visit)).ShouldBe("rgb(31, 42, 47)");

        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

        (await BackgroundAsync(visit)).ShouldBe("rgb(244, 246, 248)");
    }

    [Fact]
    public async Task ServerRestart_OnOpenPage_ComesBackByItself()
    {
        var world = SampleWorld.Create();
        var first = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, first.Address);
        await visit.OpenOverviewAsync();

        await first.DisposeAsync();
        await visit.Page.WaitForSelectorAsync("text=The connection to the gateway was lost.");
        await using var second = await DashboardHost.StartAsync(world, port: first.Address.Port);

        // The page is loaded anew under the cookie of before: keys outlive the process.
        await visit.Page.WaitForSelectorAsync("text=The connection to the gateway was lost.", new() { State = WaitForSelectorState.Hidden });
        await visit.LiveAsync();
        world.Report(SampleWorld.Call("after_restart", failed: false, TimeProvider.System.GetUtcNow()));
        await visit.Page.WaitForSelectorAsync("tr[data-number]:has-text('after_restart')");
    }

    [Fact]
    public async Task Keyboard_ReachesEverything()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();

        List<string> reached = [];
        await visit.Page.FocusAsync(".skip-link");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Shift+Tab");
        for (var i = 0; i < 6; i++)
        {
            reached.Add(await visit.Page.EvaluateAsync<string>(
                "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).trim()"));
            (await visit.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("solid", reached[^1]);
            await visit.Page.Keyboard.PressAsync("Tab");
        }

        reached.ShouldBe(["Skip to the content", "Live overview", "Theme", $"Account of {GatewayWorld.Email}", "Copy", "Copy"]);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_InBothThemes_HasContrastAA(ColorScheme scheme)
    {
        await using var host = await DashboardHost.StartAsync(SampleWorld.Create());
        await using var visit = await Visit.StartAsync(browsers, host.Address, scheme: scheme);
        await visit.GoAsync("/ui");
        (await visit.Page.EvaluateAsync<string[]>(Contrast.Script)).ShouldBeEmpty();
        await visit.OpenOverviewAsync();
        (await visit.Page.EvaluateAsync<string[]>(Contrast.Script)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UnknownPage_SaysSo()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();

        var answer = await visit.Page.GotoAsync(new Uri(host.Address, "/ui/no/such/page").ToString());

        answer!.Status.ShouldBe(404);
        await visit.Page.WaitForSelectorAsync("h1:has-text('There is no such page')");
        await visit.Page.ClickAsync("text=Go to the overview");
        await visit.LiveAsync();
    }

    private static Task<string> BackgroundAsync(Visit visit) =>
        visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}

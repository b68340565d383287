using McpGateway.Dashboard.Tests.Hosting;
using Microsoft.Playwright;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>
/// Pictures for people to look at, in the folder that the variable DASHBOARD_SCREENSHOTS names. Run only when asked for:
/// <c>dotnet McpGateway.Dashboard.Tests.dll -explicit only</c>.
/// </summary>
public sealed class ScreenshotTests(BrowserFixture browsers)
{
    private static string? Folder { get; } = Environment.GetEnvironmentVariable("DASHBOARD_SCREENSHOTS");

    [Theory(Explicit = true)]
    [InlineData("light", 1440)]
    [InlineData("dark", 1440)]
    [InlineData("light", 1920)]
    [InlineData("light", 820)]
    [InlineData("light", 390)]
    [InlineData("dark", 390)]
    public async Task Pages_InBothThemes_ArePictured(string theme, int width)
    {
        Assert.SkipWhen(Folder is null, "Set DASHBOARD_SCREENSHOTS to a folder.");
        foreach (var (name, world) in new[] { ("full", SampleWorld.Create()), ("empty", new GatewayWorld()) })
        {
            await using var host = await DashboardHost.StartAsync(world);
            await using var visit = await Visit.StartAsync(
                browsers, host.Address, width, 900, theme == "dark" ? ColorScheme.Dark : ColorScheme.Light);
            await visit.GoAsync("/ui");
            await visit.Page.ScreenshotAsync(new() { Path = $"{Folder}/{theme}-{width}-sign-in.png" });
            await visit.OpenOverviewAsync();
            await visit.Page.ScreenshotAsync(new() { Path = $"{Folder}/{theme}-{width}-{name}.png", FullPage = true });
            await File.WriteAllTextAsync($"{Folder}/{theme}-{width}-{name}.html", await visit.Page.ContentAsync(), TestContext.Current.CancellationToken);
            await visit.Page.ClickAsync("[popovertarget=account-menu]");
            await visit.Page.ScreenshotAsync(new() { Path = $"{Folder}/{theme}-{width}-{name}-menu.png" });
        }
    }

    /// <summary>The gateway at DASHBOARD_ADDRESS, while somebody uses it.</summary>
    [Fact(Explicit = true)]
    public async Task RunningGateway_InUse_IsPictured()
    {
        var address = Environment.GetEnvironmentVariable("DASHBOARD_ADDRESS");
        Assert.SkipWhen(Folder is null || address is null, "Set DASHBOARD_SCREENSHOTS to a folder and DASHBOARD_ADDRESS to a gateway in use.");
        await using var visit = await Visit.StartAsync(browsers, new Uri(address));
        await visit.OpenOverviewAsync();
        await visit.Page.WaitForSelectorAsync("tr[data-number]");
        await visit.Page.ScreenshotAsync(new() { Path = $"{Folder}/running.png", FullPage = true });
        visit.Troubles.ShouldBeEmpty();
    }
}

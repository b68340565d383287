using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>The whole product from a published folder, in a real browser: real grains, real storage, published assets.</summary>
public sealed class PublishedGatewayTests(BrowserFixture browsers)
{
    [Fact]
    public async Task FirstVisit_OfAFreshGateway_WorksToTheLastAsset()
    {
        await using var gateway = await PublishedGateway.StartAsync();
        await using var visit = await Visit.StartAsync(browsers, gateway.Address);
        Directory.Exists(Path.Combine(gateway.WebRoot, "_content", "McpGateway.Dashboard", "_framework")).ShouldBeTrue();

        await visit.GoAsync("/");
        await visit.SignInAsync(password: "wrong");
        await visit.Page.WaitForSelectorAsync("[role=alert]");
        await visit.OpenOverviewAsync();

        await visit.Page.WaitForSelectorAsync("text=No MCP server is registered yet.");
        await visit.Page.WaitForSelectorAsync("text=There is no virtual server yet.");
        visit.Troubles.ShouldBeEmpty();
        if (Environment.GetEnvironmentVariable("DASHBOARD_SCREENSHOTS") is { } folder)
        {
            await visit.Page.ScreenshotAsync(new() { Path = $"{folder}/published.png" });
        }
    }
}

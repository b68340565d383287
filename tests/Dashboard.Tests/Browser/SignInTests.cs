using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>Coming and going, in a real browser.</summary>
public sealed class SignInTests(BrowserFixture browsers)
{
    [Fact]
    public async Task WrongPassword_IsToldAndKeepsTheAddress()
    {
        var world = new GatewayWorld();
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);

        await visit.SignInAsync(password: "wrong");

        (await visit.Page.Locator("[role=alert]").InnerTextAsync()).ShouldContain("The e-mail address or the password is wrong.");
        (await visit.Page.InputValueAsync("#email")).ShouldBe(GatewayWorld.Email);
        (await visit.Page.InputValueAsync("#password")).ShouldBeEmpty();
        world.LastSignInAddress.ShouldBe("127.0.0.1");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task RightPassword_LeadsToThePageThatWasAskedFor()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address);

        await visit.GoAsync("/ui/overview?tab=1");
        visit.Page.Url.ShouldContain("/ui/sign-in?return=%2Fui%2Foverview%3Ftab%3D1");
        await visit.Page.FillAsync("#email", GatewayWorld.Email);
        await visit.Page.FillAsync("#password", GatewayWorld.Password);
        await visit.Page.PressAsync("#password", "Enter");

        await visit.LiveAsync();
        new Uri(visit.Page.Url).PathAndQuery.ShouldBe("/ui/overview?tab=1");
        visit.Troubles.ShouldBeEmpty();
    }

    [Fact]
    public async Task TooManyTries_AreToldInTheGrainsWords()
    {
        var world = new GatewayWorld
        {
            SignInRefusal = new Refusal(
                RefusalKind.Limited, "Too many tries; wait a minute.", ImmutableDictionary<string, ImmutableArray<string>>.Empty),
        };
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);

        await visit.SignInAsync();

        (await visit.Page.Locator("[role=alert]").InnerTextAsync()).ShouldContain("Too many tries; wait a minute.");
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();

        await visit.Page.ClickAsync("[popovertarget=account-menu]");
        await visit.Page.ClickAsync("text=Sign out");

        await visit.Page.WaitForSelectorAsync("#password");
        (await visit.Context.CookiesAsync()).ShouldNotContain(cookie => cookie.Name == "mcpgateway");
        await visit.GoAsync("/ui");
        visit.Page.Url.ShouldContain("/ui/sign-in");
        visit.Troubles.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenPage_OfAUserWhoIsDisabledOrHasANewPassword_IsLeft(bool disabled)
    {
        var world = SampleWorld.Create();
        await using var host = await DashboardHost.StartAsync(world);
        await using var visit = await Visit.StartAsync(browsers, host.Address);
        await visit.OpenOverviewAsync();

        if (disabled)
        {
            world.Rights = null;
        }
        else
        {
            world.SecurityStamp = "stamp-2";
        }

        await visit.Page.WaitForSelectorAsync("text=Your session ended. Sign in to go on.");
        (await visit.Context.CookiesAsync()).ShouldNotContain(cookie => cookie.Name == "mcpgateway");
        visit.Troubles.ShouldBeEmpty();
    }
}

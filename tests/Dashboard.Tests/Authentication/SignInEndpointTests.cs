using System.Net;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Authentication;

/// <summary>Sign-in on the wire, where a browser would be too polite.</summary>
public sealed class SignInEndpointTests
{
    private readonly GatewayWorld _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_WithoutSession_RedirectsToSignIn()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        (await Location(client, "/")).ShouldBe("/ui");
        (await Location(client, "/ui")).ShouldEndWith("/ui/sign-in?return=%2Fui");
    }

    [Theory]
    [InlineData("/_blazor")]
    [InlineData("/_blazor/negotiate")]
    public async Task Circuit_WithoutSession_IsRefused(string path)
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        using var answer = await client.PostAsync(path + "?negotiateVersion=1", null, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_WithoutAntiforgeryToken_SignsNobodyIn()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        using var answer = await client.PostAsync("/ui/sign-in", Form(""), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(cookie => cookie.StartsWith("mcpgateway=", StringComparison.Ordinal));
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("please try again");
    }

    [Fact]
    public async Task Post_WithEverythingRight_SetsAStrictCookie_AndGoesOn()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        using var answer = await client.PostAsync("/ui/sign-in", Form(await TokenAsync(client), "//evil.example/ui"), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.ToString().ShouldBe("/ui");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("mcpgateway=", StringComparison.Ordinal));
        cookie.ShouldContain("; path=/; samesite=strict; httponly", Case.Insensitive);
        cookie.ShouldNotContain("expires", Case.Insensitive);
    }

    [Fact]
    public async Task Session_OfAnotherNode_Opens()
    {
        await using var first = await DashboardHost.StartAsync(_world);
        await using var second = await DashboardHost.StartAsync(_world);
        var cookies = new CookieContainer();
        using var client = Client(first, cookies);
        using var answer = await client.PostAsync("/ui/sign-in", Form(await TokenAsync(client)), Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);

        using var other = Client(second, cookies);
        using var page = await other.GetAsync("/ui", Cancellation);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("No MCP server is registered yet.");
    }

    [Fact]
    public async Task Outage_IsToldWithARequestId_AndCanBeTriedAgain()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);
        var token = await TokenAsync(client);
        _world.Outage = new TimeoutException("secret detail");

        using var answer = await client.PostAsync("/ui/sign-in", Form(token), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        page.ShouldContain("You are not signed in; please try again");
        page.ShouldContain("Request <code>");
        page.ShouldNotContain("secret detail");
    }

    [Fact]
    public async Task Post_TooLarge_IsRefused()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        using var form = new FormUrlEncodedContent([new("email", new string('a', 100_000))]);
        using var answer = await client.PostAsync("/ui/sign-in", form, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Post_OfAnythingButAForm_IsRefused()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);

        using var answer = await client.PostAsync("/ui/sign-in", new StringContent("{}"), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task SignOut_WithoutAntiforgeryToken_KeepsTheSession()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);
        using var signIn = await client.PostAsync("/ui/sign-in", Form(await TokenAsync(client)), Cancellation);

        using var answer = await client.PostAsync("/ui/sign-out", new FormUrlEncodedContent([]), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var page = await client.GetAsync("/ui", Cancellation);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task EveryPage_HasStrictHeaders()
    {
        await using var host = await DashboardHost.StartAsync(_world);
        using var client = Client(host);
        using var signIn = await client.PostAsync("/ui/sign-in", Form(await TokenAsync(client)), Cancellation);

        foreach (var path in new[] { "/ui", "/ui/sign-in?ended=1", "/ui/no/such/page" })
        {
            using var answer = await client.GetAsync(path, Cancellation);
            var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
            policy.ShouldContain("default-src 'none'; script-src 'self';");
            policy.ShouldContain($"connect-src 'self' ws://{host.Address.Authority};");
            policy.ShouldContain("frame-ancestors 'none'");
            answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        }
    }

    private static HttpClient Client(DashboardHost host, CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = host.Address };

    private static async Task<string?> Location(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location?.ToString();
    }

    private static async Task<string> TokenAsync(HttpClient client)
    {
        var page = await client.GetStringAsync("/ui/sign-in", Cancellation);
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page);
        return document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
    }

    private static FormUrlEncodedContent Form(string token, string back = "/ui") => new(
    [
        new("__RequestVerificationToken", token), new("return", back), new("email", GatewayWorld.Email), new("password", GatewayWorld.Password),
    ]);
}

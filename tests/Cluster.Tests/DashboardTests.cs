using System.Net;
using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests;

/// <summary>The dashboard as a deployment of its own.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class DashboardTests(WholeCluster world)
{
    [Fact]
    public async Task Administrator_SignsInAtTheDashboardsOwnNode()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(world.Cluster.Dashboard.Address) };
        using var page = await http.GetAsync("/ui/sign-in", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK, html);

        using var form = new FormUrlEncodedContent(
        [
            new("email", GatewayCluster.Email), new("password", GatewayCluster.Password), new("__RequestVerificationToken", TokenIn(html)),
        ]);
        using var signedIn = await http.PostAsync("/ui/sign-in", form, TestContext.Current.CancellationToken);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await signedIn.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var overview = await http.GetAsync("/ui", TestContext.Current.CancellationToken);
        overview.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await overview.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(GatewayCluster.Email);
    }

    private static string TokenIn(string html)
    {
        const string before = "name=\"__RequestVerificationToken\" value=\"";
        var start = html.IndexOf(before, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, html);
        start += before.Length;
        return html[start..html.IndexOf('"', start)];
    }
}

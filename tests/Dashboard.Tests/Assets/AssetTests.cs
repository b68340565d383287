using System.Net;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Assets;

/// <summary>The assets of a referenced class library, from a built application in any environment.</summary>
public sealed class AssetTests
{
    public static TheoryData<string, string, string> Assets()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var environment in new[] { "Development", "Production" })
        {
            data.Add(environment, "/_content/McpGateway.Dashboard/_framework/blazor.web.js", "text/javascript");
            data.Add(environment, "/_content/McpGateway.Dashboard/dashboard.js", "text/javascript");
            data.Add(environment, "/_content/McpGateway.Dashboard/dashboard.css", "text/css");
            data.Add(environment, "/_content/McpGateway.Dashboard/favicon.svg", "image/svg+xml");
            data.Add(environment, "/_content/Radzen.Blazor/Radzen.Blazor.min.js", "text/javascript");
            data.Add(environment, "/_content/Radzen.Blazor/css/software.css", "text/css");
            data.Add(environment, "/_content/Radzen.Blazor/css/software-dark.css", "text/css");
            data.Add(environment, "/_content/Radzen.Blazor/fonts/SourceSans3VF-Upright.ttf.woff2", "font/woff2");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Assets))]
    public async Task Asset_OfAReferencedLibrary_IsServed(string environment, string path, string type)
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld(), environment);
        using var client = new HttpClient { BaseAddress = host.Address };

        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Headers.ETag.ShouldNotBeNull();
        (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task Script_IsSentCompressed()
    {
        await using var host = await DashboardHost.StartAsync(new GatewayWorld());
        using var client = new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");

        using var answer = await client.GetAsync("/_content/McpGateway.Dashboard/_framework/blazor.web.js", TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
    }
}

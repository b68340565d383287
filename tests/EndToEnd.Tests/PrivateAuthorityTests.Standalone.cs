using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>MCP servers whose certificates come from the company's own authority.</summary>
public sealed class PrivateAuthorityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcpg-tls-");
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task Upstream_OfATrustedAuthority_IsServed()
    {
        var authorities = Path.Combine(_folder.FullName, "ca.crt");
        await File.WriteAllTextAsync(authorities, _authority.Pem, TestContext.Current.CancellationToken);
        await using var fake = await StartUpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(("SSL_CERT_FILE", authorities));

        var server = await gateway.Admin.ComposeAsync("served", await gateway.Admin.RegisterAsync(new { name = "inside", url = fake.Url }));

        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        (await mcp.CallAsync("echo", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
    }

    [Fact]
    public async Task Upstream_OfAnUnknownAuthority_IsOfflineAndSaysWhy()
    {
        await using var fake = await StartUpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync();

        var answer = (await gateway.Admin.PostAsync("/gateways", new { name = "inside", url = fake.Url })).Expect(HttpStatusCode.Created);

        answer.Text("state").ShouldBe("offline");
        answer.Body.ShouldContain("certificate");
        fake.Received.ShouldBeEmpty();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task<FakeUpstream> StartUpstreamAsync() => FakeUpstream.StartAsync(fake => fake.Certificate = _authority.IssueForLoopback());
}

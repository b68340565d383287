using System.Text.Json;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class ClientConfigTests
{
    [Theory]
    [InlineData("", "mcpServers", """{"type":"http","url":"https://mcp.example.com/servers/srv-1/mcp","headers":{"Authorization":"Bearer ${MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?type=sse", "mcpServers", """{"type":"sse","url":"https://mcp.example.com/servers/srv-1/sse","headers":{"Authorization":"Bearer ${MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?type=stdio", "mcpServers", """{"command":"/opt/gw/run.sh","args":["stdio","--url","https://mcp.example.com/servers/srv-1/mcp"],"env":{"MCPGATEWAY_TOKEN":"${MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?client=vscode", "servers", """{"type":"http","url":"https://mcp.example.com/servers/srv-1/mcp","headers":{"Authorization":"Bearer ${env:MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?client=cursor", "mcpServers", """{"url":"https://mcp.example.com/servers/srv-1/mcp","headers":{"Authorization":"Bearer ${env:MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?client=windsurf", "mcpServers", """{"serverUrl":"https://mcp.example.com/servers/srv-1/mcp","headers":{"Authorization":"Bearer ${env:MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?client=gemini", "mcpServers", """{"httpUrl":"https://mcp.example.com/servers/srv-1/mcp","headers":{"Authorization":"Bearer ${MCPGATEWAY_TOKEN}"}}""")]
    [InlineData("?client=claude-desktop", "mcpServers", """{"command":"/opt/gw/run.sh","args":["stdio","--url","https://mcp.example.com/servers/srv-1/mcp"],"env":{"MCPGATEWAY_TOKEN":"<the token>"}}""")]
    public async Task Config_OfTypeAndClient_IsWhatItsUserPastes(string query, string root, string expected)
    {
        await using var host = await ApiHost.StartAsync(("Http:PublicUrl", "https://mcp.example.com/"), ("Http:BridgeCommand", "/opt/gw/run.sh"));

        var answer = await host.GetAsync("/servers/srv-1/config" + query);

        answer.Status.ShouldBe(200);
        answer.ContentType.ShouldBe("application/json");
        using var wanted = JsonDocument.Parse(expected);
        JsonElement.DeepEquals(answer.Json.GetProperty(root).GetProperty("Everyday"), wanted.RootElement).ShouldBeTrue(answer.Text);
    }

    [Theory]
    [InlineData("type=pigeon", "type")]
    [InlineData("client=unknown", "client")]
    public async Task Config_UnknownTypeOrClient_IsRefused(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync("/servers/srv-1/config?" + query)).Error(field).ShouldContain("one of");
    }

    [Fact]
    public async Task Config_AnonymousServer_NeedsNoToken()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Server = host.Grains.Catalog.Server with { Anonymous = true };

        (await host.GetAsync("/servers/srv-1/config")).Text.ShouldNotContain("TOKEN");
    }

    [Fact]
    public async Task Config_BehindTrustedProxy_NamesWhatClientsSee()
    {
        await using var host = await ApiHost.StartAsync(("Network:TrustedProxies:0", "127.0.0.1"));

        var answer = await host.SendAsync(
            "GET", "/servers/srv-1/config", headers: [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "gw.example.com")]);

        answer.Text.ShouldContain("https://gw.example.com/servers/srv-1/mcp");
    }

    [Fact]
    public async Task Config_ForwardedHeadersOfAStranger_AreNotBelieved()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("GET", "/servers/srv-1/config", headers: [("X-Forwarded-Host", "evil.example")])).Text.ShouldNotContain("evil");
    }
}

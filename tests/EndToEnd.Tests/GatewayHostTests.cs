using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.EndToEnd.Tests;

public class GatewayHostTests
{
    [Fact]
    public async Task Gateway_Restarted_KeepsServersTokensAndSessions()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var server = await gateway.Admin.ComposeAsync("empty");
        var token = await gateway.Admin.CreateTokenAsync(server);
        var before = gateway.Mcp(server, token.Text);
        await before.InitializeAsync();

        await gateway.RestartAsync();

        var after = gateway.Mcp(server, token.Text);
        after.SessionId = before.SessionId;
        (await after.RequestAsync("ping")).Status.ShouldBe(HttpStatusCode.OK);
        (await gateway.Admin.GetAsync($"/servers/{server}")).Text("name").ShouldBe("empty");
    }
}

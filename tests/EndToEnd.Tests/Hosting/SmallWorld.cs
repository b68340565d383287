using McpGateway.Testing.Upstreams;
using Microsoft.AspNetCore.Builder;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>A gateway with one scripted MCP server, one virtual server of everything it offers, and a token for it.</summary>
internal sealed class SmallWorld : IAsyncDisposable
{
    private SmallWorld(GatewayHost gateway, FakeUpstream fake) => (Gateway, Fake) = (gateway, fake);

    public GatewayHost Gateway { get; }

    public FakeUpstream Fake { get; }

    /// <summary>The id of the MCP server.</summary>
    public string Upstream { get; private set; } = "";

    /// <summary>The id of the virtual server.</summary>
    public string Server { get; private set; } = "";

    public string Token { get; private set; } = "";

    public static async Task<SmallWorld> StartAsync(Action<FakeUpstream>? script = null, Action<WebApplicationBuilder>? configure = null)
    {
        var fake = await FakeUpstream.StartAsync(script);
        var world = new SmallWorld(await GatewayHost.StartAsync(configure), fake);
        try
        {
            world.Upstream = await world.Gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
            world.Server = await world.Gateway.Admin.ComposeAsync("small", world.Upstream);
            world.Token = (await world.Gateway.Admin.CreateTokenAsync(world.Server)).Text;
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw MCP to the virtual server.</summary>
    public McpHttp Mcp() => Gateway.Mcp(Server, Token);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Fake.DisposeAsync();
    }
}

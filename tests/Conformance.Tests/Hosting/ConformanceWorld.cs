using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>
/// The suite's fixture behind the real gateway: one virtual server that exposes it under its own names, open to everybody because the
/// suite sends no token.
/// </summary>
internal sealed class ConformanceWorld : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly ChildProgram _fixture;
    private readonly GatewayHost _gateway;
    private readonly string _serverId;

    private ConformanceWorld(ChildProgram fixture, GatewayHost gateway, string serverId) => (_fixture, _gateway, _serverId) = (fixture, gateway, serverId);

    /// <summary>The endpoint as the suite wants it: by the name of this machine, so that it can send names that are not.</summary>
    public string Url => _gateway.McpUrl(_serverId).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>Raw MCP to the endpoint.</summary>
    public McpHttp Mcp => _gateway.Mcp(_serverId, token: null);

    /// <param name="era"><c>dual</c>, <c>modern</c> for an upstream that knows no handshake, or <c>legacy</c> for one that knows nothing else.</param>
    /// <param name="frontends">How many there are; requests go to each in turn.</param>
    public static async Task<ConformanceWorld> StartAsync(string era = "dual", int frontends = 1)
    {
        Kit.Require();
        var fixture = ChildProgram.Start(Kit.Node, [Kit.Fixture, "--era", era], folder: Kit.Folder);
        GatewayHost? gateway = null;
        try
        {
            var line = await fixture.WaitForLineAsync(static line => line.StartsWith(Ready, StringComparison.Ordinal));
            gateway = await GatewayHost.StartAsync(frontends: frontends);
            var upstream = await gateway.Admin.RegisterAsync(new { name = "fixture", url = line[Ready.Length..], transport = "STREAMABLEHTTP" });
            var server = await gateway.Admin.CreateServerAsync(
                new { name = "conformance", visibility = "public", anonymous = true, associated_gateways = new[] { upstream } });
            return new ConformanceWorld(fixture, gateway, server);
        }
        catch
        {
            if (gateway is not null)
            {
                await gateway.DisposeAsync();
            }

            await fixture.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _fixture.DisposeAsync();
    }
}

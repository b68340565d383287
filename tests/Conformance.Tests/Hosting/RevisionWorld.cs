using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>A server of each revision behind the gateway, each with a virtual server of its own.</summary>
internal sealed class RevisionWorld : IAsyncDisposable
{
    private readonly List<RevisionUpstream> _upstreams = [];
    private readonly Dictionary<string, string> _serverIds = new(StringComparer.Ordinal);
    private readonly GatewayHost _gateway;

    private RevisionWorld(GatewayHost gateway) => _gateway = gateway;

    public string Token { get; private set; } = "";

    /// <param name="frontends">How many there are; requests go to each in turn.</param>
    public static async Task<RevisionWorld> StartAsync(int frontends)
    {
        Kit.Require();
        var world = new RevisionWorld(await GatewayHost.StartAsync(frontends: frontends));
        try
        {
            foreach (var revision in Revisions.All)
            {
                await world.AddAsync(await RevisionUpstream.StartAsync(revision));
            }

            world.Token = (await world._gateway.Admin.CreateTokenAsync()).Text;
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of the virtual server of one revision, without its last part.</summary>
    public string Address(string revision) => $"{_gateway.Address}/servers/{_serverIds[revision]}";

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var upstream in _upstreams)
        {
            await upstream.DisposeAsync();
        }
    }

    // Only a connection of one session may ask, which is not the default for HTTP+SSE.
    private async Task AddAsync(RevisionUpstream upstream)
    {
        _upstreams.Add(upstream);
        var id = await _gateway.Admin.RegisterAsync(
            new { name = upstream.Revision, url = upstream.Url, transport = upstream.Transport, sharing = "per-session" });
        _serverIds[upstream.Revision] = await _gateway.Admin.ComposeAsync(upstream.Revision, id);
    }
}

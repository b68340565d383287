using McpGateway.EndToEnd.Tests.Hosting;

[assembly: AssemblyFixture(typeof(Federation))]

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>
/// A gateway with four real MCP servers of three transports behind one virtual server: server-everything over Streamable HTTP and over
/// HTTP+SSE, server-filesystem and server-memory over stdio. Started once, by the first test that wants it; tests change nothing in it.
/// </summary>
public sealed class Federation : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("mcpg-files-");
    private readonly List<ChildProgram> _programs = [];
    private World? _world;

    internal async Task<World> GetAsync()
    {
        Peers.Require();
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _world ??= await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.Gateway.DisposeAsync();
        }

        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        _files.Delete(recursive: true);
        _starting.Dispose();
    }

    private async Task<World> StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_files.FullName, "hello.txt"), "hello from a file");
        var http = await StartEverythingAsync("streamableHttp");
        var sse = await StartEverythingAsync("sse");
        var gateway = await GatewayHost.StartAsync();
        try
        {
            // NODE runs without the environment of the gateway, so by its full path.
            string[] ids =
            [
                await gateway.Admin.RegisterAsync(new { name = "http", url = http, transport = "STREAMABLEHTTP" }),
                await gateway.Admin.RegisterAsync(new { name = "sse", url = sse, transport = "SSE" }),
                await gateway.Admin.RegisterAsync(new { name = "files", command = Peers.Node, args = new[] { Peers.Filesystem, _files.FullName } }),
                await gateway.Admin.RegisterAsync(new
                {
                    name = "memory",
                    command = Peers.Node,
                    args = new[] { Peers.Memory },
                    env = new Dictionary<string, string> { ["MEMORY_FILE_PATH"] = Path.Combine(_files.FullName, "memory.jsonl") },
                }),
            ];
            var server = await gateway.Admin.ComposeAsync("all of them", ids);
            var token = await gateway.Admin.CreateTokenAsync(server);
            return new World(gateway, server, token.Text, _files.FullName, ids);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    private async Task<string> StartEverythingAsync(string transport)
    {
        var (program, url) = await Peers.StartEverythingAsync(transport);
        _programs.Add(program);
        return url;
    }

    /// <param name="Server">The virtual server of everything that the four offer.</param>
    /// <param name="Token">A token for it.</param>
    /// <param name="Folder">Where server-filesystem is let in.</param>
    /// <param name="Gateways">The four, in the order of the summary.</param>
    internal sealed record World(GatewayHost Gateway, string Server, string Token, string Folder, IReadOnlyList<string> Gateways)
    {
        /// <summary>Connects one of the kinds of client to the virtual server.</summary>
        public Task<PeerClient> ConnectAsync(ClientKind kind) => kind.ConnectAsync(Gateway.Address, Server, Token);
    }
}

using System.Globalization;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>A cluster without Redis whose first silo is on an island.</summary>
public sealed class PartedCluster : WholeCluster
{
    private ChildProgram? _relay;

    internal Island Island { get; private set; } = null!;

    protected override string Membership => "postgres";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await (_relay?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Island?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private protected override async Task<GatewayCluster> StartClusterAsync()
    {
        Island = await Island.MakeAsync();
        return await GatewayCluster.StartAsync(Membership, frontends: 2, Island, "", "", "stdio");
    }

    // The MCP server listens on the test's loopback, which is not the island's.
    private protected override Task<string> AddressOfWorkAsync()
    {
        var port = Work.Server.Port.ToString(CultureInfo.InvariantCulture);
        var script = $"require('net').createServer(c => {{ const s = require('net').connect({port}, '127.0.0.1'); c.pipe(s).pipe(c); "
            + $"c.on('error', () => s.destroy()); s.on('error', () => c.destroy()); }}).listen({port}, '{Island.Near}')";
        _relay = ChildProgram.Start(Peers.Node, ["-e", script]);
        return Task.FromResult($"http://{Island.Near}:{port}/mcp");
    }
}

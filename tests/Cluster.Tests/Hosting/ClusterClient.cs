using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>The test itself as a client of the cluster, as a frontend is one.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    public IGrains Grains => _host.Services.GetRequiredService<IGrains>();

    /// <param name="settings">Override those of the cluster.</param>
    public static async Task<ClusterClient> ConnectAsync(GatewayCluster cluster, TimeSpan patience, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(cluster.ClusterSettings);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.Logging.ClearProviders();
        builder.AddClusterClient();
        var client = new ClusterClient(builder.Build());
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await client._host.StartAsync(limit.Token);
            return client;
        }
        catch
        {
            client._host.Dispose();
            throw;
        }
    }

    /// <summary>The connections that live: their keys, and the ports of their silos.</summary>
    public async Task<Dictionary<string, int>> FindConnectionsAsync()
    {
        var management = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        var all = await management.GetDetailedGrainStatistics();
        return all
            .Where(static grain => grain.GrainId.Type.ToString() == "connection")
            .ToDictionary(static grain => grain.GrainId.Key.ToString()!, static grain => grain.SiloAddress.Endpoint.Port, StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}

using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>The test itself as a client of the cluster, as a frontend is one.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    public IGrains Grains => _host.Services.GetRequiredService<IGrains>();

    public Orleans.IGrainFactory Factory => _host.Services.GetRequiredService<Orleans.IGrainFactory>();

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

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

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}

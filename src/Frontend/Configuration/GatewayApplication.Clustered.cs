using McpGateway.Cluster;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Configuration;

// A client of the cluster: grains run in silos, the dashboard is a deployment of its own.
internal static partial class GatewayApplication
{
    // The silos have the database.
    public static partial Task OpenEditionAsync(WebApplication app, CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial void AddEdition(WebApplicationBuilder builder)
    {
        builder.AddClusterClient();
        builder.Services.Configure<HttpOptions>(static http => http.StopDelay = HttpOptions.ClusterStopDelay);
    }

    private static partial void MapEdition(WebApplication app)
    {
    }
}

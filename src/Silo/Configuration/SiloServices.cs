using McpGateway.Abstractions.Seam;
using McpGateway.Cluster;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Telemetry;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains;
using McpGateway.Silo.Health;
using Orleans.Hosting;

namespace McpGateway.Silo.Configuration;

/// <summary>What makes an application a silo, whatever hosts it: the cluster, the grains and what they stand on.</summary>
internal static class SiloServices
{
    public static void AddSilo(this IHostApplicationBuilder builder)
    {
        builder.Services.AddTelemetry();
        builder.Services.AddMasterKeys(builder.Configuration);
        builder.AddSiloDatabase();
        builder.Services.AddUpstreamTransports();
        builder.AddClusterSilo(silo => silo.AddAdoNetGrainStorageAsDefault(options => SiloDatabase.Use(options, builder.Configuration)));
        builder.Services.AddGatewayGrains();
        builder.Services.AddFirstAdministrator();
        builder.Services.AddSiloHealth();

        var isForProcesses = SiloRoles.Split(builder.Configuration["Cluster:Roles"]).Contains(SiloRoles.Stdio);
        builder.Services.Configure<UpstreamOptions>(options => options.RunsProcesses = isForProcesses);
    }
}

using System.Net;
using McpGateway.Abstractions.Seam;
using McpGateway.Cluster.Membership;
using McpGateway.Cluster.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace McpGateway.Cluster;

/// <summary>Composition of a silo, without the grains and their storage.</summary>
public static class ClusterSilo
{
    /// <summary>Makes the application a silo: membership, addresses, TLS, grain directory, placement and time-outs.</summary>
    /// <param name="configure">Adds what belongs to the grains.</param>
    public static void AddClusterSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder> configure)
    {
        // A silo has the database anyway, and membership is mostly kept in the same.
        if (builder.Configuration[$"{ClusterSettings.Section}:{nameof(ClusterSettings.ConnectionString)}"] is null)
        {
            builder.Configuration[$"{ClusterSettings.Section}:{nameof(ClusterSettings.ConnectionString)}"] = builder.Configuration["Storage:ConnectionString"];
        }

        var settings = builder.AddClusterSettings();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => ClusterServices.Name(options, settings));
            silo.Configure<EndpointOptions>(options => Listen(options, settings));
            MembershipProvider.Of(settings).OnSilo(silo);
            AddTimes(silo);

            // With the other directory healthy silos drop the grains that a dead one had entered.
            silo.AddDistributedGrainDirectory();
            silo.UseSiloMetadata(new Dictionary<string, string> { [SiloRoles.MetadataKey] = string.Join(',', settings.RoleList) });

            // Orleans' own choice puts nearly all grains of a client on one silo.
            silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
            silo.AddActivityPropagation();
            configure(silo);
        });
        if (settings.Tls.IsComplete)
        {
            builder.Services.AddOptions<SiloConnectionOptions>().Configure<MutualTls>((options, tls) =>
            {
                options.ConfigureSiloInboundConnection(tls.Accept);
                options.ConfigureSiloOutboundConnection(tls.Connect);
                options.ConfigureGatewayInboundConnection(tls.Accept);
            });
        }
    }

    /// <summary>Whether a failure to read the membership says that it is lost, not only away.</summary>
    public static bool SaysLost(Exception exception) => RedisMembership.SaysLost(exception);

    private static void Listen(EndpointOptions options, ClusterSettings settings)
    {
        // A wrong one is told of with all other mistakes; this only must not be the first to fail.
        var address = IPAddress.TryParse(settings.AdvertisedAddress, out var parsed) ? parsed : IPAddress.Loopback;
        options.AdvertisedIPAddress = address;
        options.SiloPort = settings.SiloPort;
        options.GatewayPort = settings.GatewayPort;
        var listen = IPAddress.IsLoopback(address) ? address
            : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any
            : IPAddress.Any;
        options.SiloListeningEndpoint = new IPEndPoint(listen, settings.SiloPort);
        options.GatewayListeningEndpoint = new IPEndPoint(listen, settings.GatewayPort);
    }

    private static void AddTimes(ISiloBuilder silo)
    {
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = ClusterTiming.Probe;
            options.NumMissedProbesLimit = ClusterTiming.MissedProbes;
            options.NumVotesForDeathDeclaration = ClusterTiming.Votes;
            options.TableRefreshTimeout = ClusterTiming.TableRefresh;
            options.IAmAliveTablePublishTimeout = ClusterTiming.TableRefresh;
        });
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = ClusterTiming.RangeLease);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ClusterTiming.Response);
    }
}

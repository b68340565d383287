using McpGateway.Abstractions.Seam;
using McpGateway.Cluster.Membership;
using McpGateway.Cluster.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace McpGateway.Cluster;

/// <summary>Composition of what makes a process a node of the cluster.</summary>
public static class ClusterServices
{
    // Whose exceptions cross a grain boundary as what they are, beside those of the platform. Of any other callers would only hear that it has no codec.
    private static readonly string[] s_exceptions = ["McpGateway", "Npgsql"];

    /// <summary>
    /// Makes the application a client of the cluster: <see cref="IGrains"/> calls grains in silos. Its start waits until there is a silo; later
    /// it finds silos again by itself, however long they were away.
    /// </summary>
    public static void AddClusterClient(this IHostApplicationBuilder builder)
    {
        var settings = builder.AddClusterSettings();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => Name(options, settings));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ClusterTiming.Response);
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = ClusterTiming.TableRefresh);
            client.UseConnectionRetryFilter<WaitForSilos>();
            client.AddActivityPropagation();
            MembershipProvider.Of(settings).OnClient(client);
        });
        if (settings.Tls.IsComplete)
        {
            builder.Services.AddOptions<ClientConnectionOptions>()
                .Configure<MutualTls>((options, tls) => options.ConfigureConnection(tls.Connect));
        }

        builder.Services.TryAddSingleton<IGrains, OrleansGrains>();
    }

    /// <summary>Reads the section <c>Cluster</c>, to be checked with all other settings when the application starts.</summary>
    internal static ClusterSettings AddClusterSettings(this IHostApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(ClusterSettings.Section);
        builder.Services.AddOptions<ClusterSettings>().Bind(section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterSettings>, ClusterSettingsValidator>());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<NodeCertificates>();
        builder.Services.TryAddSingleton<MutualTls>();
        builder.Services.Configure<ExceptionSerializationOptions>(static options => options.SupportedNamespacePrefixes.UnionWith(s_exceptions));
        return section.Get<ClusterSettings>() ?? new ClusterSettings();
    }

    internal static void Name(ClusterOptions options, ClusterSettings settings)
    {
        options.ClusterId = settings.ClusterId;
        options.ServiceId = settings.ServiceId;
    }
}

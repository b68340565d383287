using McpGateway.Gateway.Routing;
using McpGateway.Grains.Administration;
using McpGateway.Grains.Changes;
using McpGateway.Grains.Sessions;
using McpGateway.Grains.Upstreams;
using McpGateway.Grains.VirtualServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains;

/// <summary>The grains of the gateway, for the host that runs them: the standalone process or a silo.</summary>
public static partial class GrainsServices
{
    /// <summary>Adds all grains and what they need, and <see cref="Abstractions.Seam.IGrains"/> to call them.</summary>
    public static IServiceCollection AddGatewayGrains(this IServiceCollection services)
    {
        AddSeam(services);
        services.AddOptions<NamingOptions>().BindConfiguration(NamingOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NamingOptions>, NamingOptionsValidator>());
        services.TryAddSingleton<SnapshotReader>();
        services.AddAdministration();
        services.AddUpstreamGrains();
        services.AddSessionGrains();
        services.AddHostedService<FeedNudge>();
        services.AddHostedService<SecretRenewal>();
        return services;
    }

    private static partial void AddSeam(IServiceCollection services);
}

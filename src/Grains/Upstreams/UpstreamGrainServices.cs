using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Grains.Upstreams;

/// <summary>Composition of the grains that watch and hold upstreams.</summary>
public static class UpstreamGrainServices
{
    /// <summary>Adds what they need beside storage, <c>AddAdministration</c> and <c>AddUpstreamTransports</c>, and the service that keeps them awake.</summary>
    public static IServiceCollection AddUpstreamGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<UpstreamSettings>();
        services.TryAddSingleton<CatalogWriter>();
        services.TryAddSingleton<DiscoveryGate>();
        services.AddHostedService<UpstreamKeeper>();
        return services;
    }
}

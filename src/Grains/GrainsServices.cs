using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains;

/// <summary>The grains of the gateway, for the host that runs them: the standalone process or a silo.</summary>
public static partial class GrainsServices
{
    /// <summary>Adds all grains and what they need, and <see cref="Abstractions.Seam.IGrains"/> to call them.</summary>
    public static IServiceCollection AddGatewayGrains(this IServiceCollection services)
    {
        AddSeam(services);
        return services;
    }

    private static partial void AddSeam(IServiceCollection services);
}

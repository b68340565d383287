using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Grains.Sessions;

/// <summary>Composition of the grains of legacy sessions.</summary>
public static class SessionGrainServices
{
    /// <summary>Adds what they need beside storage.</summary>
    public static IServiceCollection AddSessionGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<LostAnswerRoom>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Frontend.Extensions;

internal static class ExtensionServices
{
    /// <summary>What serves methods that no revision of MCP names, and those of extensions.</summary>
    public static IServiceCollection AddExtensions(this IServiceCollection services)
    {
        services.TryAddSingleton<ExtensionTargets>();
        services.TryAddSingleton<SkillLists>();
        services.TryAddSingleton<ExtensionEndpoint>();
        return services;
    }
}

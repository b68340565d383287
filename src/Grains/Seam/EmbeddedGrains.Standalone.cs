using System.Reflection;
using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Seam;

/// <summary>Grain classes that the embedded host is to run.</summary>
internal sealed record GrainClasses(IReadOnlyList<Type> Types);

internal static class EmbeddedGrains
{
    /// <summary>Runs all grain classes of the assemblies in this process.</summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, params Assembly[] assemblies) =>
        services.AddEmbeddedGrains([.. assemblies
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(GatewayGrain)))]);

    /// <summary>Runs these grain classes in this process. May be called several times.</summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, params Type[] classes)
    {
        services.AddSingleton(new GrainClasses(classes));
        services.AddOptions<EmbeddedHostOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddedHostOptions>, EmbeddedHostOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EmbeddedHost>();
        services.TryAddSingleton<IGrains>(static provider => provider.GetRequiredService<EmbeddedHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EmbeddedHost>(
            static provider => provider.GetRequiredService<EmbeddedHost>()));
        return services;
    }
}

using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Storage;

/// <summary>Composition of the gateway's storage.</summary>
public static class StorageServices
{
    /// <summary>
    /// Adds <see cref="GatewayDatabase"/> and, over it, the store of grain state. A host opens it before its other services start; without a host call
    /// <see cref="GatewayDatabase.InitializeAsync"/>.
    /// </summary>
    /// <param name="configure">Usually binds the configuration section <c>Storage</c>.</param>
    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, Action<StorageOptions> configure)
    {
        services.AddOptions<StorageOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StorageStartup>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayDatabase>();
        services.TryAddSingleton<IGrainStore, DatabaseGrainStore>();
        return services;
    }
}

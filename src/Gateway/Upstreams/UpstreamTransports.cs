using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Gateway.Upstreams.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Composition of everything that reaches upstreams. Needs a <see cref="KeyRing"/>.</summary>
public static class UpstreamTransports
{
    public static IServiceCollection AddUpstreamTransports(this IServiceCollection services)
    {
        services.AddOptions<UpstreamOptions>().BindConfiguration(UpstreamOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AddressGuard>();
        services.TryAddSingleton<UpstreamHttp>();
        services.TryAddSingleton<UpstreamHeaders>();
        services.TryAddSingleton<McpHttpExchange>();
        services.TryAddSingleton<SseConnector>();
        services.TryAddSingleton<UpstreamInspector>();
        services.TryAddSingleton<UpstreamProber>();
        services.TryAddSingleton<UpstreamConnector>();
        services.TryAddSingleton<ChangeListener>();
        services.TryAddSingleton<WatcherFactory>();
        return services;
    }
}

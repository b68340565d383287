using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

public static class HostingServices
{
    /// <summary>What every HTTP host of ours needs: limits, the client's address, the Host and Origin guard, a way to leave. Checked at start.</summary>
    public static IServiceCollection AddGatewayHosting(this IServiceCollection services)
    {
        services.AddOptions<NetworkOptions>().BindConfiguration(NetworkOptions.Section).ValidateOnStart();
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NetworkOptions>, NetworkOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Departure>();
        services.AddHostedService(static provider => provider.GetRequiredService<Departure>());
        services.TryAddSingleton<ClientAddress>();
        services.TryAddSingleton<Listeners>();
        return services;
    }
}

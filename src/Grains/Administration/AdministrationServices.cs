using McpGateway.Grains.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Administration;

/// <summary>Composition of the administration grains.</summary>
public static class AdministrationServices
{
    /// <summary>Adds what the administration and access grains need beside storage, keys, naming and upstream access.</summary>
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TokenOptions>, TokenOptionsValidator>());
        services.TryAddSingleton<UpstreamSecrets>();
        services.TryAddSingleton<SignInLimiter>();
        services.TryAddSingleton<Passwords>();
        return services;
    }
}

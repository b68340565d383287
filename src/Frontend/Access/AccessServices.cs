using McpGateway.Frontend.Feed;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Access;

internal static class AccessServices
{
    /// <summary>Who sent a request. Needs <c>IGrains</c> and the <see cref="KeyRing"/> from the host.</summary>
    public static IServiceCollection AddRequestAccess(this IServiceCollection services)
    {
        services.AddGatewayHosting().AddFeed();
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>());
        services.TryAddSingleton<ApiToken>();
        services.TryAddSingleton<SignInTokens>();
        services.TryAddSingleton<SignInCache>();
        services.AddFeedCache<TokenAccessCache>().AddFeedCache<PrincipalCache>();
        services.TryAddSingleton<RequestAuthenticator>();
        services.AddHostedService<LastUseReporter>();
        return services;
    }
}

using McpGateway.Frontend.Feed;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Frontend.Subscriptions;

internal static class SubscriptionServices
{
    /// <summary>What tells clients that something changed.</summary>
    public static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.TryAddSingleton<ChangeAudience>();
        services.TryAddSingleton<ResourceTargets>();
        services.TryAddSingleton<ListenerFactory>();
        services.TryAddSingleton<SessionSubscriptions>();
        services.TryAddSingleton<SessionWatchers>();
        services.TryAddSingleton<ListenEndpoint>();
        return services.AddFeedCache<ListenHub>();
    }
}

using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Nodes;
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
        services.TryAddSingleton<ListenEndpoint>();
        services.AddSingleton<INodeMailHandler>(static provider => provider.GetRequiredService<SessionWatchers>());
        return services.AddFeedCache<SessionWatchers>().AddFeedCache<ListenHub>();
    }
}

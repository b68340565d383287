using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Frontend.Feed;

internal static class FeedServices
{
    /// <summary>The node's subscription to the change feed.</summary>
    public static IServiceCollection AddFeed(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FeedStatus>();
        if (!services.Any(service => service.ImplementationType == typeof(FeedWatcher)))
        {
            services.AddHostedService<FeedWatcher>();
        }

        return services;
    }

    /// <summary>A cache that the feed keeps right; a singleton, also to be asked for by its own type.</summary>
    public static IServiceCollection AddFeedCache<TCache>(this IServiceCollection services)
        where TCache : class, IFeedCache
    {
        services.TryAddSingleton<TCache>();
        services.AddSingleton<IFeedCache>(provider => provider.GetRequiredService<TCache>());
        return services;
    }
}

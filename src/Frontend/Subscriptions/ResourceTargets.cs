using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Who watches, and what is seen: a resource leads somewhere only as long as its caller may read it.</summary>
/// <param name="Session">Null for a modern client.</param>
/// <param name="Capabilities">What the client declared: its calls go over connections that declare the same.</param>
internal readonly record struct Watcher(
    CallerIdentity Caller, ClientSession? Session, ClientCapabilities Capabilities, ServerModel Server, CallerView View)
{
    public static Watcher Of(McpExchange exchange) => new(exchange.Caller, exchange.Session, exchange.Capabilities, exchange.Server, exchange.View);
}

/// <summary>Finds the connections over which resources of a virtual server are watched.</summary>
internal sealed class ResourceTargets(UpstreamTable upstreams)
{
    /// <summary>Over which connections to listen for these resources; those that are unknown, unseen or not to be watched are left out.</summary>
    /// <param name="uris">As the client sees them.</param>
    public async ValueTask<List<ConnectionWish>> FindAsync(Watcher watcher, IEnumerable<string> uris, CancellationToken cancellationToken)
    {
        var wishes = new Dictionary<string, ConnectionWish>(StringComparer.Ordinal);
        if (!watcher.Caller.Rights.Has(Permissions.ResourcesRead))
        {
            return [];
        }

        foreach (var uri in uris)
        {
            if (CallTargets.FindResource(watcher.Server, watcher.View, uri) is { } route
                && await upstreams.GetAsync(route.Entry.UpstreamId, cancellationToken) is { Route.Enabled: true, HasSubscriptions: true } link)
            {
                var wish = WishFor(watcher, link, route, uri);
                wishes[wish.Key] = wishes.TryGetValue(wish.Key, out var other) ? other with { Resources = other.Resources.SetItems(wish.Resources) } : wish;
            }
        }

        return [.. wishes.Values];
    }

    /// <summary>Over which connection to listen for one resource.</summary>
    public static ConnectionWish WishFor(Watcher watcher, UpstreamLink link, ItemRoute route, string uri) => new(
        KeyFor(watcher, link).ToString(),
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(route.OriginalUri(uri), uri),
        Notices: false);

    /// <summary>The connection of the client's calls, so that what they begin in the upstream's session is heard of.</summary>
    private static ConnectionKey KeyFor(Watcher watcher, UpstreamLink link)
    {
        if (watcher.Session is not null || !link.IsDirect)
        {
            // Calls of a modern client that may be asked something over a process or SSE stream have connections to themselves.
            return ConnectionOwner.KeyFor(link, watcher.Session, watcher.Caller);
        }

        var declared = UpstreamCall.DeclaredTo(link, watcher.Capabilities);
        return new ConnectionKey(link.Route.Id, ConnectionOwner.Of(link, null, watcher.Caller), new ConnectionProfile(declared, Slot: 0).ToString());
    }

    /// <summary>The same wishes, and what the connections that the session owns say unasked: logs, the status of tasks, and questions where they declared any.</summary>
    public async ValueTask<List<ConnectionWish>> AddUnaskedAsync(
        List<ConnectionWish> wishes, ClientSession session, ImmutableArray<string> connections, CancellationToken cancellationToken)
    {
        foreach (var text in connections)
        {
            // What comes over a connection of somebody else's is somebody else's too.
            if (ConnectionKey.Parse(text) is not { } key
                || key.Owner != session.Id.Key
                || await upstreams.GetAsync(key.UpstreamId, cancellationToken) is not { IsModern: false, Route.Enabled: true } link)
            {
                continue;
            }

            var questions = link.IsDirect && ConnectionProfile.Parse(key.Profile).Capabilities != ClientCapabilities.None;
            var notices = link.HasLogging || link.HasTasks;
            if (!notices && !questions)
            {
                continue;
            }

            var index = wishes.FindIndex(wish => wish.Key == text);
            if (index >= 0)
            {
                wishes[index] = wishes[index] with { Notices = notices, Questions = questions };
            }
            else
            {
                wishes.Add(new ConnectionWish(text, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), notices, questions));
            }
        }

        return wishes;
    }
}

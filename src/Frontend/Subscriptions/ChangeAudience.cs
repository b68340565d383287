using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Which changes concern which caller: what somebody does not see, it is not told of.</summary>
internal sealed class ChangeAudience(ServerTable servers)
{
    /// <summary>True when a change of the one virtual server can change what a caller sees through the other.</summary>
    public static bool Concerns(string changedServerId, string serverId, CallerIdentity caller) =>
        string.Equals(changedServerId, serverId, StringComparison.Ordinal)
        || (serverId == IVirtualServerGrain.Everything && !caller.ServerIds.IsDefaultOrEmpty && caller.ServerIds.Contains(changedServerId));

    /// <summary>The lists of <paramref name="serverId"/> that changed in this caller's eyes.</summary>
    /// <param name="changedServerId">The virtual server that the difference is of.</param>
    public ChangedLists ListsFor(ListDifference difference, string changedServerId, string serverId, CallerIdentity caller)
    {
        if (serverId != IVirtualServerGrain.Everything || changedServerId != serverId)
        {
            return difference.For(static _ => true);
        }

        if (caller.ServerIds.IsDefaultOrEmpty)
        {
            return difference.For(entry => caller.Rights.Sees(entry.Visibility, entry.OwnerId, entry.TeamId));
        }

        var items = caller.ServerIds
            .Select(servers.Peek)
            .OfType<ServerModel>()
            .SelectMany(part => Enum.GetValues<ItemKind>().SelectMany(kind => part.Table(kind).Routes))
            .Select(route => route.Entry.ItemId)
            .ToHashSet(StringComparer.Ordinal);
        return difference.For(entry => items.Contains(entry.ItemId));
    }
}

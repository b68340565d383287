using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Which changes concern which caller: what somebody does not see, it is not told of.</summary>
internal sealed class ChangeAudience(ServerTable servers)
{
    private static readonly ItemKind[] s_kinds = Enum.GetValues<ItemKind>();

    /// <summary>True when a change of the one virtual server can change what a caller sees through the other.</summary>
    public static bool Concerns(string changedServerId, string serverId, CallerIdentity caller) =>
        string.Equals(changedServerId, serverId, StringComparison.Ordinal) || (IsMadeOfParts(serverId, caller) && caller.ServerIds.Contains(changedServerId));

    /// <summary>The lists that changed in the eyes of a caller who uses the replaced server itself.</summary>
    public ChangedLists ListsOf(ListDifference difference, string serverId, CallerIdentity caller) => difference.For(EyesOf(serverId, caller));

    /// <summary>The lists of the server of everything that changed for a caller whose token is bound to the replaced server.</summary>
    public static ChangedLists ListsOfPart(ServerReplacement replaced, CallerIdentity caller)
    {
        var saw = McpGate.MayUse(caller, replaced.Before.Header);
        var sees = replaced.After is { } after && McpGate.MayUse(caller, after.Header);
        var difference = saw && sees ? replaced.Difference : ListDifference.Between(saw ? replaced.Before : null, sees ? replaced.After : null);
        return difference.For(static _ => true);
    }

    /// <summary>The announced lists in which a caller sees anything of the upstream that announced them.</summary>
    public ChangedLists ListsOf(ListAnnouncement announced, string serverId, CallerIdentity caller)
    {
        if (servers.Peek(serverId) is not { } server || server.Header.Upstreams.All(upstream => upstream.Id != announced.UpstreamId))
        {
            return ChangedLists.None;
        }

        var lists = ChangedLists.None;
        var sees = EyesOf(serverId, caller);
        foreach (var kind in s_kinds)
        {
            var list = ListDifference.ListOf(kind);
            if (announced.Lists.HasFlag(list) && server.Table(kind).Routes.Any(route => route.Entry.UpstreamId == announced.UpstreamId && sees(route.Entry)))
            {
                lists |= list;
            }
        }

        return lists;
    }

    private static bool IsMadeOfParts(string serverId, CallerIdentity caller) =>
        serverId == IVirtualServerGrain.Everything && !caller.ServerIds.IsDefaultOrEmpty;

    /// <summary>Which entries of a virtual server a caller sees; the same rules as <see cref="McpGate"/> has, on what is known here and now.</summary>
    private Func<SnapshotEntry, bool> EyesOf(string serverId, CallerIdentity caller)
    {
        if (serverId != IVirtualServerGrain.Everything)
        {
            return static _ => true;
        }

        if (!IsMadeOfParts(serverId, caller))
        {
            return entry => caller.Rights.Sees(entry.Visibility, entry.OwnerId, entry.TeamId);
        }

        var items = caller.ServerIds
            .Select(servers.Peek)
            .OfType<ServerModel>()
            .Where(part => McpGate.MayUse(caller, part.Header))
            .SelectMany(part => s_kinds.SelectMany(kind => part.Table(kind).Routes))
            .Select(route => route.Entry.ItemId)
            .ToHashSet(StringComparer.Ordinal);
        return entry => items.Contains(entry.ItemId);
    }
}

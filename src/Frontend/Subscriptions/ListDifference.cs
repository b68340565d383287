using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>What differs between two models of one virtual server; found once, then asked by every caller's own eyes.</summary>
internal sealed class ListDifference
{
    private readonly List<Difference> _differences = [];

    private ListDifference()
    {
    }

    /// <param name="after">Null when the server is gone, which empties every list.</param>
    public static ListDifference Between(ServerModel before, ServerModel? after)
    {
        var found = new ListDifference();
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            if (after is null)
            {
                found._differences.AddRange(before.Table(kind).Routes.Select(route => new Difference(route.Entry, null, false)));
            }
            else
            {
                found.Compare(before.Table(kind), after.Table(kind));
            }
        }

        return found;
    }

    /// <summary>The lists that changed for somebody who sees only part of the entries.</summary>
    public ChangedLists For(Func<SnapshotEntry, bool> sees)
    {
        var lists = ChangedLists.None;
        foreach (var (before, after, isSame) in _differences)
        {
            var list = ListOf((before ?? after)!.Kind);
            if (lists.HasFlag(list))
            {
                continue;
            }

            var (saw, seesNow) = (before is not null && sees(before), after is not null && sees(after));
            lists |= saw != seesNow || (saw && !isSame) ? list : ChangedLists.None;
        }

        return lists;
    }

    private static ChangedLists ListOf(ItemKind kind) => kind switch
    {
        ItemKind.Tool => ChangedLists.Tools,
        ItemKind.Prompt => ChangedLists.Prompts,
        _ => ChangedLists.Resources,
    };

    // Both tables are in ordinal order of the exposed names.
    private void Compare(ItemTable before, ItemTable after)
    {
        var (b, a) = (0, 0);
        while (b < before.Routes.Length || a < after.Routes.Length)
        {
            var order = b == before.Routes.Length ? 1
                : a == after.Routes.Length ? -1
                : string.CompareOrdinal(before.Routes[b].Entry.ExposedName, after.Routes[a].Entry.ExposedName);
            var was = order <= 0 ? before.Routes[b++] : null;
            var now = order >= 0 ? after.Routes[a++] : null;
            var isSame = was is not null && now is not null && before.Definition(was).Span.SequenceEqual(after.Definition(now).Span);
            if (!isSame || !HasSameAudience(was!.Entry, now!.Entry))
            {
                _differences.Add(new Difference(was?.Entry, now?.Entry, isSame));
            }
        }
    }

    private static bool HasSameAudience(SnapshotEntry was, SnapshotEntry now) =>
        was.Visibility == now.Visibility
        && string.Equals(was.TeamId, now.TeamId, StringComparison.Ordinal)
        && string.Equals(was.OwnerId, now.OwnerId, StringComparison.Ordinal)
        && string.Equals(was.ItemId, now.ItemId, StringComparison.Ordinal);

    /// <param name="IsSame">Clients that see both are shown the same definition.</param>
    private readonly record struct Difference(SnapshotEntry? Before, SnapshotEntry? After, bool IsSame);
}

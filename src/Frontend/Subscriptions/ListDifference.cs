using McpGateway.Abstractions.Upstreams;
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

    /// <param name="before">Null when there was nothing to be seen of the server.</param>
    /// <param name="after">Null when nothing is to be seen of it any more, which empties every list.</param>
    public static ListDifference Between(ServerModel? before, ServerModel? after)
    {
        var found = new ListDifference();
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            found.Compare(before?.Table(kind), after?.Table(kind));
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

    /// <summary>The list that clients find such things in.</summary>
    public static ChangedLists ListOf(ItemKind kind) => kind switch
    {
        ItemKind.Tool => ChangedLists.Tools,
        ItemKind.Prompt => ChangedLists.Prompts,
        _ => ChangedLists.Resources,
    };

    // Both tables are in ordinal order of the exposed names.
    private void Compare(ItemTable? before, ItemTable? after)
    {
        var (b, a) = (0, 0);
        var (wereThere, areThere) = (before?.Routes ?? [], after?.Routes ?? []);
        while (b < wereThere.Length || a < areThere.Length)
        {
            var order = b == wereThere.Length ? 1
                : a == areThere.Length ? -1
                : string.CompareOrdinal(wereThere[b].Entry.ExposedName, areThere[a].Entry.ExposedName);
            var was = order <= 0 ? wereThere[b++] : null;
            var now = order >= 0 ? areThere[a++] : null;
            var isSame = was is not null && now is not null && before!.Definition(was).Span.SequenceEqual(after!.Definition(now).Span);
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

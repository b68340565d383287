using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Gateway.Routing;

/// <summary>Which entries of a virtual server a caller sees: a bitmap over the snapshot, or simply all.</summary>
public sealed class CallerView
{
    private readonly ulong[][]? _bits;

    private CallerView(ulong[][]? bits) => _bits = bits;

    /// <summary>Everything: the view of every virtual server but the server of everything.</summary>
    public static CallerView All { get; } = new(null);

    /// <summary>True when nothing is hidden, so that lists can be copied whole.</summary>
    public bool IsAll => _bits is null;

    /// <summary>The view that shows what <paramref name="includes"/> says.</summary>
    public static CallerView Of(ServerModel model, Func<SnapshotEntry, bool> includes)
    {
        var bits = new ulong[ServerModel.Kinds][];
        var hidden = false;
        for (var kind = 0; kind < bits.Length; kind++)
        {
            var routes = model.Table((ItemKind)kind).Routes;
            bits[kind] = new ulong[(routes.Length + 63) / 64];
            foreach (var route in routes)
            {
                if (includes(route.Entry))
                {
                    bits[kind][route.Index / 64] |= 1UL << (route.Index % 64);
                }
                else
                {
                    hidden = true;
                }
            }
        }

        return hidden ? new CallerView(bits) : All;
    }

    /// <summary>True when the caller sees this entry.</summary>
    public bool Includes(ItemRoute route) =>
        _bits is null || (_bits[(int)route.Entry.Kind][route.Index / 64] & (1UL << (route.Index % 64))) != 0;
}

using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>
/// The entries of one kind: found by exposed name, listed by copying. The definitions stand in one array in list order, separated by
/// commas, so that a page is one copy.
/// </summary>
public sealed class ItemTable
{
    private const int StackCharacters = 512;

    private readonly FrozenDictionary<string, ItemRoute>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly byte[] _definitions;
    private readonly int[] _ends;

    /// <param name="routes">Ordered by exposed name (ordinal); their indexes are their places.</param>
    /// <param name="definitions">The definition of each, as clients get it.</param>
    internal ItemTable(ImmutableArray<ItemRoute> routes, IReadOnlyList<ReadOnlyMemory<byte>> definitions)
        : this(
            routes,
            routes.ToFrozenDictionary(route => route.Entry.ExposedName, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(),
            definitions)
    {
    }

    private ItemTable(
        ImmutableArray<ItemRoute> routes,
        FrozenDictionary<string, ItemRoute>.AlternateLookup<ReadOnlySpan<char>> byName,
        IReadOnlyList<ReadOnlyMemory<byte>> definitions)
    {
        Routes = routes;
        _byName = byName;
        _ends = new int[routes.Length];
        _definitions = new byte[definitions.Sum(definition => definition.Length + 1)];
        var end = 0;
        for (var i = 0; i < definitions.Count; i++)
        {
            definitions[i].CopyTo(_definitions.AsMemory(end));
            end += definitions[i].Length;
            _ends[i] = end;
            _definitions[end++] = (byte)',';
        }
    }

    public ImmutableArray<ItemRoute> Routes { get; }

    /// <summary>The entry with this exposed name, given as UTF-8 without quotes and escapes; null for none. Allocates nothing for names up to 512 bytes.</summary>
    public ItemRoute? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > StackCharacters)
        {
            return Find(Encoding.UTF8.GetString(name));
        }

        Span<char> characters = stackalloc char[StackCharacters];
        return Encoding.UTF8.TryGetChars(name, characters, out var written) ? Find(characters[..written]) : null;
    }

    /// <summary>The entry with this exposed name; null for none.</summary>
    public ItemRoute? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out var route) ? route : null;

    /// <summary>True when clients would see no difference between the two lists.</summary>
    public bool ListsTheSame(ItemTable other) => _definitions.AsSpan().SequenceEqual(other._definitions);

    /// <summary>The table of tools as clients get it who know so much of structured output; this one when nothing differs.</summary>
    internal ItemTable For(StructuredRule rule)
    {
        ReadOnlyMemory<byte>[]? converted = null;
        foreach (var route in Routes)
        {
            var definition = Definition(route);
            var output = new ArrayBufferWriter<byte>(definition.Length);
            if (DefinitionConversion.TryWriteTool(output, definition.Span, rule))
            {
                converted ??= [.. Routes.Select(Definition)];
                converted[route.Index] = output.WrittenMemory;
            }
        }

        return converted is null ? this : new ItemTable(Routes, _byName, converted);
    }

    /// <summary>The definition as clients get it.</summary>
    public ReadOnlyMemory<byte> Definition(ItemRoute route)
    {
        var start = Start(route.Index);
        return _definitions.AsMemory(start, _ends[route.Index] - start);
    }

    /// <summary>
    /// Writes the definitions of one page, separated by commas. The page begins after the entry named <paramref name="after"/> (null:
    /// at the beginning), whether or not an entry of that name still exists.
    /// </summary>
    /// <returns>The name after which the next page begins; null on the last page.</returns>
    public string? WritePage(IBufferWriter<byte> output, CallerView view, string? after, int pageSize)
    {
        var first = after is null ? 0 : IndexAfter(after);
        return view.IsAll ? WriteRun(output, first, Math.Min(Routes.Length, first + pageSize)) : WriteSeen(output, view, first, pageSize);
    }

    private string? WriteRun(IBufferWriter<byte> output, int first, int end)
    {
        if (first < end)
        {
            output.Write(_definitions.AsSpan(Start(first), _ends[end - 1] - Start(first)));
        }

        return end < Routes.Length ? Routes[end - 1].Entry.ExposedName : null;
    }

    private string? WriteSeen(IBufferWriter<byte> output, CallerView view, int first, int pageSize)
    {
        ItemRoute? last = null;
        var written = 0;
        for (var i = first; i < Routes.Length; i++)
        {
            var route = Routes[i];
            if (!view.Includes(route))
            {
                continue;
            }

            if (written == pageSize)
            {
                return last!.Entry.ExposedName;
            }

            if (written++ > 0)
            {
                output.Write(","u8);
            }

            output.Write(Definition(route).Span);
            last = route;
        }

        return null;
    }

    private int IndexAfter(string name)
    {
        var (low, high) = (0, Routes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(Routes[middle].Entry.ExposedName, name) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1] + 1;
}

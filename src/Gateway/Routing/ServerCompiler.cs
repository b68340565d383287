using System.Collections.Immutable;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Gateway.Routing;

/// <summary>
/// Gives every item of a virtual server its exposed name. One upstream: the original names; several: slug, separator, original name.
/// The result depends on the set of items alone, not on their order, and a name once given to the older of two items stays with it.
/// </summary>
public static class ServerCompiler
{
    /// <summary>The entries, ordered by kind and exposed name (ordinal), which is the order of lists.</summary>
    /// <param name="items">The items; each at most once.</param>
    /// <param name="overrides">Item id → other name or description.</param>
    /// <param name="separator">Between slug and original name.</param>
    public static ImmutableArray<SnapshotEntry> Compile(
        IReadOnlyCollection<CatalogItem> items,
        IReadOnlyDictionary<string, ItemOverride> overrides,
        string separator = ExposedNames.DefaultSeparator)
    {
        var prefixed = HasSeveralUpstreams(items);
        var taken = new HashSet<(ItemKind, string)>(items.Count);
        var entries = ImmutableArray.CreateBuilder<SnapshotEntry>(items.Count);
        // Chosen names come first, so that no made name can take one away; then the oldest item has the first choice.
        foreach (var item in items.OrderBy(item => NameIn(overrides, item) is null).ThenBy(item => item.ItemId, StringComparer.Ordinal))
        {
            var wanted = NameIn(overrides, item) ?? Wanted(item, prefixed, separator);
            var name = taken.Add((item.Kind, wanted)) ? wanted : Unique(item, wanted, taken);
            var description = overrides.GetValueOrDefault(item.ItemId)?.Description;
            entries.Add(new SnapshotEntry(
                item.Kind, item.ItemId, name, item.OriginalName, item.UpstreamId, item.DefinitionHash, description,
                item.Visibility, item.TeamId, item.OwnerId));
        }

        entries.Sort(static (a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.ExposedName, b.ExposedName));
        return entries.ToImmutable();
    }

    private static bool HasSeveralUpstreams(IReadOnlyCollection<CatalogItem> items)
    {
        string? first = null;
        foreach (var item in items)
        {
            first ??= item.UpstreamId;
            if (!string.Equals(first, item.UpstreamId, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string? NameIn(IReadOnlyDictionary<string, ItemOverride> overrides, CatalogItem item) =>
        IsNamed(item.Kind) && overrides.TryGetValue(item.ItemId, out var chosen) ? chosen.Name : null;

    private static string Wanted(CatalogItem item, bool prefixed, string separator) =>
        prefixed && IsNamed(item.Kind)
            ? ExposedNames.CatalogName(item.UpstreamSlug, item.OriginalName, separator)
            : item.OriginalName;

    private static string Unique(CatalogItem item, string wanted, HashSet<(ItemKind, string)> taken)
    {
        var name = IsNamed(item.Kind)
            ? ExposedNames.WithSuffix(wanted, item.UpstreamSlug, item.OriginalName)
            : ExposedNames.WithScheme(item.UpstreamSlug, item.OriginalName);
        for (var again = 2; !taken.Add((item.Kind, name)); again++)
        {
            name = IsNamed(item.Kind)
                ? ExposedNames.WithSuffix(wanted, item.UpstreamSlug, $"{item.OriginalName}\0{again}")
                : ExposedNames.WithScheme($"{item.UpstreamSlug}{again}", item.OriginalName);
        }

        return name;
    }

    // Tools and prompts have names; resources and templates have URIs, which stay as they are unless two clash.
    private static bool IsNamed(ItemKind kind) => kind is ItemKind.Tool or ItemKind.Prompt;
}

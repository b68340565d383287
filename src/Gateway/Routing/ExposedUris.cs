using System.Collections.Frozen;
using System.Collections.Immutable;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>
/// The way from an upstream's URIs to those that clients of a virtual server see, for an upstream that shares a URI with another one.
/// Most virtual servers have none.
/// </summary>
public sealed class ExposedUris
{
    private readonly FrozenDictionary<string, string> _resources;
    private readonly ImmutableArray<(UriTemplateMatcher Template, string Prefix)> _templates;

    private ExposedUris(IEnumerable<SnapshotEntry> entries)
    {
        var all = entries.ToList();
        _resources = all.Where(entry => entry.Kind == ItemKind.Resource)
            .DistinctBy(entry => entry.OriginalName, StringComparer.Ordinal)
            .ToFrozenDictionary(entry => entry.OriginalName, entry => entry.ExposedName, StringComparer.Ordinal);
        _templates = [.. all.Where(entry => entry.Kind == ItemKind.ResourceTemplate).SelectMany(Prefixed)];
    }

    /// <summary>The exposed form of a URI of the upstream; null when it is the same.</summary>
    public string? Find(string uri)
    {
        if (_resources.TryGetValue(uri, out var exposed))
        {
            return string.Equals(exposed, uri, StringComparison.Ordinal) ? null : exposed;
        }

        var (best, prefix) = (-1, "");
        foreach (var (template, candidate) in _templates)
        {
            // Of several that match, the most specific one is meant.
            if (template.LiteralLength > best && template.IsMatch(uri))
            {
                (best, prefix) = (template.LiteralLength, candidate);
            }
        }

        return prefix.Length == 0 ? null : prefix + uri;
    }

    /// <summary>By upstream, those of which some URI is exposed in another form.</summary>
    internal static FrozenDictionary<string, ExposedUris> Of(params ReadOnlySpan<ItemTable> tables)
    {
        var renamed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            renamed.UnionWith(table.Routes.Where(route => route.IsRenamed).Select(route => route.Entry.UpstreamId));
        }

        if (renamed.Count == 0)
        {
            return FrozenDictionary<string, ExposedUris>.Empty;
        }

        var entries = new List<SnapshotEntry>();
        foreach (var table in tables)
        {
            entries.AddRange(table.Routes.Select(route => route.Entry).Where(entry => renamed.Contains(entry.UpstreamId)));
        }

        return entries.GroupBy(entry => entry.UpstreamId, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new ExposedUris(group), StringComparer.Ordinal);
    }

    /// <summary>A renamed template has something before the upstream's own text, and so has every URI made from it.</summary>
    private static IEnumerable<(UriTemplateMatcher Template, string Prefix)> Prefixed(SnapshotEntry entry)
    {
        if (entry.ExposedName.EndsWith(entry.OriginalName, StringComparison.Ordinal) && UriTemplateMatcher.TryCreate(entry.OriginalName, out var template))
        {
            yield return (template, entry.ExposedName[..^entry.OriginalName.Length]);
        }
    }
}

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
        Signature = string.Join('\n', all.Where(IsRenamed).Select(static entry => $"{entry.Kind} {entry.OriginalName} {entry.ExposedName}"));
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

    /// <summary>What differs, as text: the same for two that give the same answers for resources.</summary>
    internal string Signature { get; }

    /// <summary>By upstream, those of which some URI is exposed in another form.</summary>
    internal static FrozenDictionary<string, ExposedUris> Of(ImmutableArray<SnapshotEntry> entries)
    {
        var renamed = entries.Where(static entry => HasUri(entry) && IsRenamed(entry)).Select(static entry => entry.UpstreamId).ToHashSet(StringComparer.Ordinal);
        return renamed.Count == 0
            ? FrozenDictionary<string, ExposedUris>.Empty
            : entries.Where(entry => HasUri(entry) && renamed.Contains(entry.UpstreamId))
                .GroupBy(static entry => entry.UpstreamId, StringComparer.Ordinal)
                .ToFrozenDictionary(static group => group.Key, static group => new ExposedUris(group), StringComparer.Ordinal);
    }

    private static bool HasUri(SnapshotEntry entry) => entry.Kind is ItemKind.Resource or ItemKind.ResourceTemplate;

    private static bool IsRenamed(SnapshotEntry entry) => !string.Equals(entry.ExposedName, entry.OriginalName, StringComparison.Ordinal);

    /// <summary>A renamed template has something before the upstream's own text, and so has every URI made from it.</summary>
    private static IEnumerable<(UriTemplateMatcher Template, string Prefix)> Prefixed(SnapshotEntry entry)
    {
        if (entry.ExposedName.EndsWith(entry.OriginalName, StringComparison.Ordinal) && UriTemplateMatcher.TryCreate(entry.OriginalName, out var template))
        {
            yield return (template, entry.ExposedName[..^entry.OriginalName.Length]);
        }
    }
}

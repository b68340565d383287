using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>One exposed thing of a virtual server, ready for calls: where it leads and where it is counted.</summary>
public sealed class ItemRoute
{
    internal ItemRoute(SnapshotEntry entry, int index, CallSeries series, ReadOnlySpan<byte> definition)
    {
        Entry = entry;
        Index = index;
        Series = series;
        Template = entry.Kind == ItemKind.ResourceTemplate && UriTemplateMatcher.TryCreate(entry.ExposedName, out var template) ? template : null;
        ParamHeaders = entry.Kind == ItemKind.Tool ? ToolParamHeaders.Read(definition) : [];
        Tasks = entry.Kind == ItemKind.Tool ? ToolTasks.Read(definition) : TaskSupport.Forbidden;
        OriginalNameJson = IsRenamed ? JsonSerializer.SerializeToUtf8Bytes(entry.OriginalName, RoutingJson.Relaxed.String) : [];
    }

    public SnapshotEntry Entry { get; }

    /// <summary>Tells the URIs of a resource template; null for other kinds, and for a template that cannot be read.</summary>
    public UriTemplateMatcher? Template { get; }

    /// <summary>The arguments that the tool wants repeated in headers; empty for other kinds.</summary>
    public ImmutableArray<ParamHeader> ParamHeaders { get; }

    /// <summary>Whether a legacy upstream runs the tool as a task.</summary>
    public TaskSupport Tasks { get; }

    /// <summary>Place in its table, which is the order of lists.</summary>
    public int Index { get; }

    /// <summary>Counts calls of the item, whatever virtual server they come through.</summary>
    public CallSeries Series { get; }

    /// <summary>True when the upstream knows the item by another name.</summary>
    public bool IsRenamed => !string.Equals(Entry.ExposedName, Entry.OriginalName, StringComparison.Ordinal);

    /// <summary>The upstream's own URI for one that clients see. A renamed template has something before the upstream's text; so has every URI that matches it.</summary>
    public string OriginalUri(string uri) =>
        Entry.Kind == ItemKind.Resource ? Entry.OriginalName : uri[(Entry.ExposedName.Length - Entry.OriginalName.Length)..];

    /// <summary>The upstream's name as a JSON string with its quotes; empty when it is the exposed one.</summary>
    public ReadOnlyMemory<byte> OriginalNameJson { get; }
}

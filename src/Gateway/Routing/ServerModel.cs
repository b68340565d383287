using System.Collections.Frozen;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>A virtual server compiled for serving: immutable, swapped whole when the server changes.</summary>
public sealed class ServerModel
{
    /// <summary>Number of <see cref="ItemKind"/>s.</summary>
    internal const int Kinds = 4;

    private readonly ItemTable[] _tables;
    private readonly FrozenDictionary<string, ItemRoute> _aliases;
    private readonly FrozenDictionary<string, ExposedUris> _exposedUris;
    private readonly Lazy<ItemTable> _toolsOfObjects;
    private readonly Lazy<ItemTable> _toolsUnstructured;

    internal ServerModel(SnapshotHeader header, ItemTable[] tables, FrozenDictionary<string, ExposedUris> exposedUris, CallSeries series, ExtensionOptions extensions)
    {
        Header = header;
        Series = series;
        _tables = tables;
        _aliases = UniqueOriginalNames(tables[(int)ItemKind.Tool]);
        _exposedUris = exposedUris;
        _toolsOfObjects = new Lazy<ItemTable>(() => Tools.For(StructuredRule.ObjectsOnly));
        _toolsUnstructured = new Lazy<ItemTable>(() => Tools.For(StructuredRule.None));
        Identity = new ServerIdentity(header, _tables, extensions);
    }

    public SnapshotHeader Header { get; }

    /// <summary>What the server says of itself at <c>initialize</c> and <c>server/discover</c>, encoded once.</summary>
    public ServerIdentity Identity { get; }

    /// <summary>Counts every call through this virtual server.</summary>
    public CallSeries Series { get; }

    public ItemTable Tools => _tables[(int)ItemKind.Tool];

    public ItemTable Prompts => _tables[(int)ItemKind.Prompt];

    public ItemTable Resources => _tables[(int)ItemKind.Resource];

    public ItemTable Templates => _tables[(int)ItemKind.ResourceTemplate];

    /// <summary>The tools as clients of a revision can read them: made when the first of them asks, and kept as long as the model.</summary>
    public ItemTable ToolsFor(ProtocolRevision revision) => ContentRules.For(revision).Structured switch
    {
        StructuredRule.Any => Tools,
        StructuredRule.ObjectsOnly => _toolsOfObjects.Value,
        _ => _toolsUnstructured.Value,
    };

    /// <summary>How this server exposes an upstream's URIs; null when they are the upstream's own.</summary>
    public ExposedUris? ExposedUrisOf(string upstreamId) => _exposedUris.GetValueOrDefault(upstreamId);

    /// <summary>The entries of one kind.</summary>
    public ItemTable Table(ItemKind kind) => _tables[(int)kind];

    /// <summary>True when <see cref="FindToolByOriginalName"/> can find anything.</summary>
    public bool HasAliases => _aliases.Count > 0;

    /// <summary>
    /// The tool that its upstream calls so, when exactly one of this server's tools has that original name: the HTML of an MCP App knows
    /// its tools by no other.
    /// </summary>
    public ItemRoute? FindToolByOriginalName(string name) => _aliases.GetValueOrDefault(name);

    private static FrozenDictionary<string, ItemRoute> UniqueOriginalNames(ItemTable tools) =>
        tools.Routes.Where(route => route.IsRenamed)
            .GroupBy(route => route.Entry.OriginalName, StringComparer.Ordinal)
            .Where(group => group.Take(2).Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
}

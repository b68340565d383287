using System.Buffers;
using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Routing;

/// <summary>Builds the served form of a virtual server from its snapshot.</summary>
public sealed class ServerModelBuilder(CallMeter meter, IOptions<ExtensionOptions> extensions)
{
    /// <summary>Hashes of the definitions that are not in <paramref name="previous"/> and so have to be asked for.</summary>
    public static ImmutableArray<string> MissingDefinitions(ImmutableArray<SnapshotEntry> entries, ServerModel? previous)
    {
        var known = Known(previous);
        var uris = ExposedUris.Of(entries);
        return [.. entries.Where(entry => !known.ContainsKey(Form.Of(entry, uris.GetValueOrDefault(entry.UpstreamId)))).Select(entry => entry.DefinitionHash).Distinct()];
    }

    /// <summary>
    /// The model. An entry whose definition is missing (it vanished between the two reads) is left out; the change that took it away is
    /// on its way.
    /// </summary>
    /// <param name="header">The snapshot's header.</param>
    /// <param name="entries">Its entries, in list order.</param>
    /// <param name="definitions">Hash → definition, for those that <see cref="MissingDefinitions"/> named.</param>
    /// <param name="previous">The model before: what did not change is taken from it.</param>
    public ServerModel Build(
        SnapshotHeader header,
        ImmutableArray<SnapshotEntry> entries,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> definitions,
        ServerModel? previous)
    {
        var known = Known(previous);
        var uris = ExposedUris.Of(entries);
        var tables = new ItemTable[ServerModel.Kinds];
        for (var kind = 0; kind < tables.Length; kind++)
        {
            var routes = ImmutableArray.CreateBuilder<ItemRoute>();
            var exposed = new List<ReadOnlyMemory<byte>>();
            foreach (var entry in entries.Where(entry => (int)entry.Kind == kind))
            {
                var urisOfUpstream = uris.GetValueOrDefault(entry.UpstreamId);
                if (known.TryGetValue(Form.Of(entry, urisOfUpstream), out var definition) || Expose(entry, urisOfUpstream, definitions, out definition))
                {
                    routes.Add(new ItemRoute(entry, routes.Count, SeriesOf(entry), definition.Span));
                    exposed.Add(definition);
                }
            }

            tables[kind] = new ItemTable(routes.ToImmutable(), exposed);
        }

        return new ServerModel(header, tables, uris, meter.For(SeriesKind.VirtualServer, header.ServerId, header.Name), extensions.Value);
    }

    private CallSeries SeriesOf(SnapshotEntry entry) => meter.For(
        entry.Kind switch { ItemKind.Tool => SeriesKind.Tool, ItemKind.Prompt => SeriesKind.Prompt, _ => SeriesKind.Resource },
        entry.ItemId,
        entry.OriginalName);

    /// <summary>
    /// The definition as clients get it: renamed and described anew where the virtual server says so, a tool with the URI of its app as it is
    /// exposed, else byte for byte.
    /// </summary>
    private static bool Expose(
        SnapshotEntry entry, ExposedUris? uris, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> definitions, out ReadOnlyMemory<byte> exposed)
    {
        if (!definitions.TryGetValue(entry.DefinitionHash, out exposed))
        {
            return false;
        }

        var name = string.Equals(entry.ExposedName, entry.OriginalName, StringComparison.Ordinal) ? null : entry.ExposedName;
        var appUris = entry.Kind == ItemKind.Tool ? uris : null;
        if (name is not null || entry.Description is not null || appUris is not null)
        {
            var output = new ArrayBufferWriter<byte>(exposed.Length + 128);
            if (!DefinitionSplice.Write(output, exposed.Span, ListKindOf(entry.Kind), name, entry.Description, appUris is null ? null : appUris.Find))
            {
                return false;
            }

            exposed = output.WrittenMemory;
        }

        return true;
    }

    internal static ListKind ListKindOf(ItemKind kind) => kind switch
    {
        ItemKind.Tool => ListKind.Tools,
        ItemKind.Prompt => ListKind.Prompts,
        ItemKind.Resource => ListKind.Resources,
        _ => ListKind.ResourceTemplates,
    };

    private static Dictionary<Form, ReadOnlyMemory<byte>> Known(ServerModel? previous)
    {
        var known = new Dictionary<Form, ReadOnlyMemory<byte>>();
        for (var kind = 0; previous is not null && kind < ServerModel.Kinds; kind++)
        {
            var table = previous.Table((ItemKind)kind);
            foreach (var route in table.Routes)
            {
                known.TryAdd(Form.Of(route.Entry, previous.ExposedUrisOf(route.Entry.UpstreamId)), table.Definition(route));
            }
        }

        return known;
    }

    /// <summary>What decides the bytes of an exposed definition.</summary>
    private readonly record struct Form(ItemKind Kind, string Hash, string Name, string? Description, string Uris)
    {
        public static Form Of(SnapshotEntry entry, ExposedUris? uris) =>
            new(entry.Kind, entry.DefinitionHash, entry.ExposedName, entry.Description, entry.Kind == ItemKind.Tool ? uris?.Signature ?? "" : "");
    }
}

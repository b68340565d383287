using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Routing;

/// <summary>Fetches a virtual server's snapshot from its grain, with the definitions that are not here yet.</summary>
internal sealed class SnapshotLoader(IGrains grains, ServerModelBuilder builder)
{
    /// <summary>The model; <paramref name="current"/> itself when it is still right, null when there is no such server.</summary>
    public async Task<ServerModel?> LoadAsync(string serverId, long atLeast, ServerModel? current, CancellationToken cancellationToken)
    {
        var grain = grains.Get<IVirtualServerGrain>(serverId);
        SnapshotHeader? header = null;
        var entries = ImmutableArray.CreateBuilder<SnapshotEntry>();
        await foreach (var part in grain.ReadAsync(new SnapshotRequest(atLeast, current?.Header.Etag), cancellationToken))
        {
            header ??= part.Header;
            entries.AddRange(part.Entries);
        }

        if (header is null || header.Unchanged)
        {
            return header is null ? null : current;
        }

        var definitions = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var missing = ServerModelBuilder.MissingDefinitions(entries.ToImmutable(), current);
        if (missing.Length > 0)
        {
            await foreach (var part in grain.ReadDefinitionsAsync(missing, cancellationToken))
            {
                foreach (var (hash, json) in part.Definitions)
                {
                    definitions[hash] = json;
                }
            }
        }

        return builder.Build(header, entries.ToImmutable(), definitions, current);
    }
}

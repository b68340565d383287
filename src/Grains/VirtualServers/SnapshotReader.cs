using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.VirtualServers;

/// <summary>Reads the rows of a virtual server and compiles them.</summary>
internal sealed class SnapshotReader(GatewayDatabase database, IOptions<NamingOptions> naming)
{
    /// <summary>The snapshot (null for an unknown server) and the feed id as of which it is right.</summary>
    public async Task<(long AsOf, Snapshot? Snapshot)> ReadAsync(string serverId, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async (db, ct) =>
            {
                // Before the rows: they are then at least as new as it says.
                var asOf = await db.LastChangeIdAsync(ct);
                var server = serverId == IVirtualServerGrain.Everything
                    ? Everything
                    : await db.Servers.SingleOrDefaultAsync(row => row.Id == serverId, ct);
                return (asOf, server is null ? null : await ReadAsync(db, server, ct));
            },
            cancellationToken);

    private static ServerEntity Everything => new()
    {
        Id = IVirtualServerGrain.Everything,
        Name = "McpGateway",
        Description = "Everything that the caller may see.",
        OwnerId = Rights.SystemId,
        Visibility = Visibility.Public,
        Enabled = true,
    };

    private async Task<Snapshot> ReadAsync(GatewayDbContext db, ServerEntity server, CancellationToken cancellationToken)
    {
        var served = server.Id == IVirtualServerGrain.Everything ? db.Everything() : db.MembersOf(server.Id);
        var items = await served.ToListAsync(cancellationToken);
        var overrides = await db.ServerOverrides.Where(row => row.ServerId == server.Id)
            .ToDictionaryAsync(row => row.ItemId, row => new ItemOverride(row.Name, row.Description), cancellationToken);
        var entries = ServerCompiler.Compile([.. items.Select(ToCatalogItem)], overrides, server.Separator ?? naming.Value.Separator);
        var header = ToHeader(server, entries.Length, await ReadUpstreamsAsync(db, items, cancellationToken));
        return new Snapshot(header with { Etag = Digest(header, entries) }, entries);
    }

    private static CatalogItem ToCatalogItem(ServedItem item) => new(
        item.Kind, item.Id, item.UpstreamId, item.UpstreamSlug, item.OriginalName, item.ServedHash, item.Visibility, item.TeamId, item.OwnerId);

    private static async Task<ImmutableArray<SnapshotUpstream>> ReadUpstreamsAsync(
        GatewayDbContext db, List<ServedItem> items, CancellationToken cancellationToken)
    {
        var ids = items.Select(item => item.UpstreamId).Distinct().ToArray();
        var upstreams = await db.Upstreams.Where(row => ids.Contains(row.Id))
            .OrderBy(row => row.Slug)
            .Select(row => new { row.Id, row.Name, row.Capabilities, row.Instructions })
            .ToListAsync(cancellationToken);
        return [.. upstreams.Select(row => new SnapshotUpstream(row.Id, row.Name, row.Capabilities, row.Instructions))];
    }

    private static SnapshotHeader ToHeader(ServerEntity server, int entryCount, ImmutableArray<SnapshotUpstream> upstreams) => new(
        server.Id,
        Etag: "",
        AsOf: 0,
        Unchanged: false,
        server.Name,
        server.Description,
        server.Instructions,
        server.Visibility,
        server.TeamId,
        server.OwnerId,
        server.Anonymous,
        server.Enabled,
        entryCount,
        upstreams);

    private static string Digest(SnapshotHeader header, ImmutableArray<SnapshotEntry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(header));
        foreach (var entry in entries)
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(entry));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

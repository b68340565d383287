using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Upstreams;

/// <summary>
/// Writes what was found out about an upstream: verdict, state, definitions and items in one transaction, with feed rows only where
/// something is different from before. What was found out under settings that have changed since is thrown away.
/// </summary>
internal sealed class CatalogWriter(GatewayDatabase database, TimeProvider time)
{
    private const int Chunk = 500;

    /// <summary>Writes a complete inspection; answers false when the settings are no longer those of <paramref name="stamp"/>.</summary>
    /// <param name="announced">Lists that it said have changed: told of even where nothing is different.</param>
    /// <param name="eraChecked">The era was found out anew, not just believed.</param>
    public Task<bool> WriteAsync(
        string id, string stamp, UpstreamInspection found, ChangedLists announced, bool eraChecked, CancellationToken cancellationToken) => database.WriteAsync(
        async (db, log, token) =>
        {
            var row = await db.Upstreams.FirstOrDefaultAsync(upstream => upstream.Id == id, token);
            if (row is null || UpstreamSettings.StampOf(row) != stamp)
            {
                return false;
            }

            var now = time.GetUtcNow();
            if (ApplyVerdict(row, found.Verdict!))
            {
                log.Changed(ChangeKind.Upstream, id);
                log.Changed(ChangeKind.Catalog, id);
            }

            if (row.State != UpstreamState.Online || row.LastError is not null)
            {
                (row.State, row.LastError) = (UpstreamState.Online, null);
                log.Changed(ChangeKind.Upstream, id);
            }

            (row.LastSeen, row.EraCheckedAt) = (now, eraChecked ? now : row.EraCheckedAt ?? now);
            await database.KeepDefinitionsAsync(db, token);
            await WriteDefinitionsAsync(db, found, token);
            if (await WriteItemsAsync(db, row, found, now, token))
            {
                log.Changed(ChangeKind.Catalog, id);
            }
            else
            {
                Announce(log, id, announced);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Notes that an upstream still says the same. No new version, and a feed row only for what it announced.</summary>
    public Task TouchAsync(string id, ChangedLists announced, bool eraChecked, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(
            (db, log, token) =>
            {
                Announce(log, id, announced);
                var row = db.Upstreams.Where(upstream => upstream.Id == id);
                return eraChecked
                    ? row.ExecuteUpdateAsync(set => set.SetProperty(upstream => upstream.LastSeen, now).SetProperty(upstream => upstream.EraCheckedAt, now), token)
                    : row.ExecuteUpdateAsync(set => set.SetProperty(upstream => upstream.LastSeen, now), token);
            },
            cancellationToken);
    }

    /// <summary>Notes why an upstream cannot be used; its catalog stays as it is. Nothing is written when that is known already.</summary>
    public Task<bool> WriteFailureAsync(string id, string stamp, UpstreamState state, string error, CancellationToken cancellationToken) => database.WriteAsync(
        async (db, log, token) =>
        {
            var row = await db.Upstreams.FirstOrDefaultAsync(upstream => upstream.Id == id, token);
            if (row is null || UpstreamSettings.StampOf(row) != stamp)
            {
                return false;
            }

            if (row.State != state || row.LastError != error)
            {
                (row.State, row.LastError) = (state, error);
                log.Changed(ChangeKind.Upstream, id);
            }

            return true;
        },
        cancellationToken);

    private static void Announce(ChangeLog log, string id, ChangedLists lists)
    {
        if (lists != ChangedLists.None)
        {
            log.Changed(ChangeKind.Announcement, new ListAnnouncement(id, lists).ToString());
        }
    }

    private static bool ApplyVerdict(UpstreamEntity row, UpstreamVerdict verdict)
    {
        if (row.Era == verdict.Era
            && row.ProtocolVersion == verdict.ProtocolVersion
            && row.RequiresSession == verdict.RequiresSession
            && row.Capabilities.AsSpan().SequenceEqual(verdict.Capabilities.Span)
            && row.ServerName == verdict.ServerName
            && row.ServerVersion == verdict.ServerVersion
            && row.Instructions == verdict.Instructions)
        {
            return false;
        }

        row.Era = verdict.Era;
        row.ProtocolVersion = verdict.ProtocolVersion;
        row.RequiresSession = verdict.RequiresSession;
        row.Capabilities = verdict.Capabilities.ToArray();
        row.ServerName = verdict.ServerName;
        row.ServerVersion = verdict.ServerVersion;
        row.Instructions = verdict.Instructions;
        return true;
    }

    private static async Task WriteDefinitionsAsync(GatewayDbContext db, UpstreamInspection found, CancellationToken cancellationToken)
    {
        foreach (var part in found.Items.DistinctBy(item => item.Hash).Chunk(Chunk))
        {
            var hashes = part.Select(item => item.Hash).ToList();
            var known = (await db.Definitions.Where(definition => hashes.Contains(definition.Hash)).Select(definition => definition.Hash)
                .ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
            db.Definitions.AddRange(part.Where(item => !known.Contains(item.Hash)).Select(item => new DefinitionEntity
            {
                Hash = item.Hash,
                CanonicalHash = item.CanonicalHash,
                Json = item.Json.ToArray(),
            }));
        }
    }

    /// <summary>Brings the items in line with what the upstream lists; true when any is different from before.</summary>
    private async Task<bool> WriteItemsAsync(
        GatewayDbContext db, UpstreamEntity upstream, UpstreamInspection found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await db.Items.Where(item => item.UpstreamId == upstream.Id)
            .ToDictionaryAsync(item => (item.Kind, item.OriginalName), cancellationToken);
        var changed = false;
        foreach (var item in found.Items)
        {
            if (known.Remove((item.Kind, item.Name), out var row))
            {
                changed |= Update(row, item, upstream.Drift, now);
            }
            else
            {
                db.Items.Add(Create(upstream, item, now));
                changed = true;
            }
        }

        foreach (var gone in known.Values.Where(row => row.Available))
        {
            (gone.Available, gone.MissingSince, gone.UpdatedAt) = (false, now, now);
            changed = true;
        }

        return changed;
    }

    /// <summary>An item seen for the first time counts as approved: an administrator registered the server.</summary>
    private ItemEntity Create(UpstreamEntity upstream, DiscoveredItem item, DateTimeOffset now) => new()
    {
        Id = Ids.Create(time),
        UpstreamId = upstream.Id,
        Kind = item.Kind,
        OriginalName = item.Name,
        CatalogName = item.Kind is ItemKind.Tool or ItemKind.Prompt ? ExposedNames.CatalogName(upstream.Slug, item.Name) : item.Name,
        Title = item.Title,
        Description = item.Description,
        CurrentHash = item.Hash,
        ApprovedHash = item.Hash,
        ApprovedCanonicalHash = item.CanonicalHash,
        Position = item.Position,
        FirstSeen = now,
        UpdatedAt = now,
    };

    private static bool Update(ItemEntity row, DiscoveredItem item, DriftPolicy drift, DateTimeOffset now)
    {
        row.Position = item.Position;
        var returned = !row.Available;
        if (returned)
        {
            (row.Available, row.MissingSince) = (true, null);
        }

        var differs = row.CurrentHash != item.Hash;
        row.CurrentHash = item.Hash;
        if (drift == DriftPolicy.Observe && row.ApprovedHash != item.Hash)
        {
            (row.ApprovedHash, row.ApprovedCanonicalHash, differs) = (item.Hash, item.CanonicalHash, true);
        }

        // What people see is what is served: an unapproved text shows in the comparison only.
        if (row.ApprovedHash == item.Hash)
        {
            (row.Title, row.Description) = (item.Title, item.Description);
        }

        if (returned || differs)
        {
            row.UpdatedAt = now;
        }

        return returned || differs;
    }
}

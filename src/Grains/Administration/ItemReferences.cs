using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Grains.Access;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>
/// Finds catalog items by what people call them: id, name exposed by the virtual server at hand, name in the catalog, original name or
/// URI, in this order. Whatever is unknown or ambiguous becomes a mistake that names it.
/// </summary>
internal sealed class ItemReferences
{
    private readonly GatewayDbContext _db;
    private readonly Caller _caller;
    private readonly Mistakes _mistakes;
    private readonly ServerEntity _server;
    private readonly IReadOnlyCollection<SnapshotEntry> _exposed;
    private readonly Rights? _owner;

    private ItemReferences(
        GatewayDbContext db, Caller caller, Mistakes mistakes, ServerEntity server, IReadOnlyCollection<SnapshotEntry> exposed, Rights? owner)
    {
        _db = db;
        _caller = caller;
        _mistakes = mistakes;
        _server = server;
        _exposed = exposed;
        _owner = owner;
    }

    /// <param name="exposed">What the server serves so far.</param>
    public static async Task<ItemReferences> ForAsync(
        GatewayDbContext db, Caller caller, Mistakes mistakes, ServerEntity server, IReadOnlyCollection<SnapshotEntry> exposed,
        CancellationToken cancellationToken)
    {
        var owner = server.OwnerId == caller.Rights.PrincipalId ? caller.Rights : await db.ReadRightsAsync(server.OwnerId, cancellationToken);
        return new ItemReferences(db, caller, mistakes, server, exposed, owner);
    }

    /// <summary>The items, in the order of their references; mistakes are noted under <paramref name="field"/>.</summary>
    public async Task<IReadOnlyList<FoundItem>> ResolveAsync(
        string field, ImmutableArray<string> references, CancellationToken cancellationToken, params ItemKind[] kinds)
    {
        if (references.IsDefaultOrEmpty)
        {
            return [];
        }

        var exposed = _exposed.Where(entry => kinds.Contains(entry.Kind)).ToLookup(entry => entry.ExposedName, entry => entry.ItemId);
        var candidates = await ReadCandidatesAsync([.. references.Distinct()], exposed, kinds, cancellationToken);
        var byId = candidates.ToDictionary(item => item.Id);
        var byCatalogName = candidates.ToLookup(item => item.CatalogName);
        var byOriginalName = candidates.ToLookup(item => item.OriginalName);
        var found = new List<FoundItem>(references.Length);
        foreach (var reference in references.Distinct())
        {
            var matches = byId.TryGetValue(reference, out var one) ? [one]
                : exposed[reference].Where(byId.ContainsKey).Select(id => byId[id]).ToList() is { Count: > 0 } shown ? shown
                : byCatalogName[reference].ToList() is { Count: > 0 } named ? named
                : byOriginalName[reference].ToList();
            if (Pick(field, reference, matches, kinds[0]) is { } item)
            {
                found.Add(item);
            }
        }

        return found;
    }

    private FoundItem? Pick(string field, string reference, List<FoundItem> matches, ItemKind kind)
    {
        switch (matches)
        {
            case []:
                _mistakes.Add(field, $"There is no {ItemViews.Word(kind)} '{Short(reference)}'.");
                return null;
            case [var item] when OwnerSees(item.Upstream):
                return item;
            case [_]:
                _mistakes.Add(field, $"The owner of this virtual server may not see '{Short(reference)}', so it cannot be part of it.");
                return null;
            default:
                var ids = string.Join(", ", matches.Select(match => $"{match.Id} ({match.CatalogName})").Order(StringComparer.Ordinal).Take(20));
                _mistakes.Add(field, $"'{Short(reference)}' is ambiguous; name one of these by its id: {ids}.");
                return null;
        }
    }

    /// <summary>The rule of <see cref="MemberQueries"/>: what the owner may not see is not served.</summary>
    public bool OwnerSees(IOwned upstream) =>
        upstream.Visibility == Visibility.Public
        || upstream.OwnerId == _server.OwnerId
        || _owner?.Sees(upstream.Visibility, upstream.OwnerId, upstream.TeamId) == true
        || (upstream.Visibility == Visibility.Team && upstream.TeamId is not null && upstream.TeamId == _server.TeamId);

    private async Task<List<FoundItem>> ReadCandidatesAsync(
        List<string> references, ILookup<string, string> exposed, ItemKind[] kinds, CancellationToken cancellationToken)
    {
        var wantedKinds = kinds.ToList();
        var ids = references.Union(references.SelectMany(reference => exposed[reference])).ToList();
        return await (
            from upstream in _db.Upstreams.VisibleTo(_caller.Rights)
            join item in _db.Items on upstream.Id equals item.UpstreamId
            where wantedKinds.Contains(item.Kind)
            where ids.Contains(item.Id) || references.Contains(item.CatalogName) || references.Contains(item.OriginalName)
            select new FoundItem(item.Id, item.Kind, item.CatalogName, item.OriginalName, upstream)).AsNoTracking().ToListAsync(cancellationToken);
    }

    private static string Short(string text) => text.Length > 128 ? text[..128] + "…" : text;
}

/// <summary>An item that a reference led to.</summary>
internal sealed record FoundItem(string Id, ItemKind Kind, string CatalogName, string OriginalName, UpstreamEntity Upstream);

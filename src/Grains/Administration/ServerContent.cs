using System.Collections.Immutable;
using System.Text.RegularExpressions;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>Changes what a virtual server consists of. What the input does not give stays as it is.</summary>
internal sealed partial class ServerContent
{
    private readonly GatewayDbContext _db;
    private readonly Caller _caller;
    private readonly ServerEntity _server;
    private readonly Mistakes _mistakes;
    private readonly AuditDetail _detail;
    private readonly ItemReferences _references;
    private readonly List<ServerMemberEntity> _members;

    private ServerContent(
        GatewayDbContext db, Caller caller, ServerEntity server, Mistakes mistakes, AuditDetail detail,
        ItemReferences references, List<ServerMemberEntity> members)
    {
        _db = db;
        _caller = caller;
        _server = server;
        _mistakes = mistakes;
        _detail = detail;
        _references = references;
        _members = members;
    }

    /// <summary>Applies the input to the context. Where it notes mistakes the context must not be saved.</summary>
    public static async Task ApplyAsync(
        GatewayDbContext db, Caller caller, ServerEntity server, ServerInput input, IReadOnlyCollection<SnapshotEntry> exposed,
        Mistakes mistakes, AuditDetail detail, CancellationToken cancellationToken)
    {
        if (mistakes.Any || !ServerRules.ChangesContent(input))
        {
            return;
        }

        var references = await ItemReferences.ForAsync(db, caller, mistakes, server, exposed, cancellationToken);
        var members = await db.ServerMembers.Where(member => member.ServerId == server.Id).ToListAsync(cancellationToken);
        var content = new ServerContent(db, caller, server, mistakes, detail, references, members);
        await content.SetItemsAsync("associated_tools", input.Tools, cancellationToken, ItemKind.Tool);
        await content.SetItemsAsync("associated_resources", input.Resources, cancellationToken, ItemKind.Resource, ItemKind.ResourceTemplate);
        await content.SetItemsAsync("associated_prompts", input.Prompts, cancellationToken, ItemKind.Prompt);
        await content.SetUpstreamsAsync(input.Gateways, cancellationToken);
        content.SetTags(input.ItemTags);
        await content.SetOverridesAsync(input.Overrides, cancellationToken);
    }

    private async Task SetItemsAsync(string field, ImmutableArray<string> references, CancellationToken cancellationToken, params ItemKind[] kinds)
    {
        if (references.IsDefault)
        {
            return;
        }

        var wanted = (await _references.ResolveAsync(field, references, cancellationToken, kinds)).Select(item => item.Id);
        var ids = _members.Where(member => member.Kind == MemberKind.Item).Select(member => member.Target).ToList();
        var wantedKinds = kinds.ToList();
        var before = await _db.Items.Where(item => ids.Contains(item.Id) && wantedKinds.Contains(item.Kind))
            .Select(item => item.Id)
            .ToListAsync(cancellationToken);
        Replace(field, MemberKind.Item, before, [.. wanted], id => ServerMemberEntity.OfItem(_server.Id, id), references);
    }

    private async Task SetUpstreamsAsync(ImmutableArray<string> references, CancellationToken cancellationToken)
    {
        if (references.IsDefault)
        {
            return;
        }

        List<string> exact = [.. references.Distinct()];
        List<string> names = [.. exact.Select(Names.Normalize)];
        var candidates = await _db.Upstreams.AsNoTracking().VisibleTo(_caller.Rights)
            .Where(row => exact.Contains(row.Id) || names.Contains(row.NormalizedName) || exact.Contains(row.Slug))
            .ToListAsync(cancellationToken);
        var wanted = new HashSet<string>();
        foreach (var reference in exact)
        {
            var found = candidates.Find(row => row.Id == reference)
                ?? candidates.Find(row => row.NormalizedName == Names.Normalize(reference))
                ?? candidates.Find(row => row.Slug == reference);
            if (found is null)
            {
                _mistakes.Add("associated_gateways", $"There is no gateway '{reference}'.");
            }
            else if (!_references.OwnerSees(found))
            {
                _mistakes.Add("associated_gateways", $"The owner of this virtual server may not see '{reference}', so it cannot be part of it.");
            }
            else
            {
                wanted.Add(found.Id);
            }
        }

        var before = Targets(MemberKind.Upstream);
        Replace("associated_gateways", MemberKind.Upstream, before, wanted, id => ServerMemberEntity.OfUpstream(_server.Id, id), references);
    }

    private void SetTags(ImmutableArray<string> tags)
    {
        if (!tags.IsDefault)
        {
            Replace(
                "associated_tags", MemberKind.Tag, Targets(MemberKind.Tag), [.. TextRules.Normalize(tags)],
                tag => ServerMemberEntity.OfTag(_server.Id, tag), tags);
        }
    }

    private List<string> Targets(MemberKind kind) => [.. _members.Where(member => member.Kind == kind).Select(member => member.Target)];

    private void Replace(
        string field, MemberKind kind, List<string> before, HashSet<string> wanted, Func<string, ServerMemberEntity> create,
        ImmutableArray<string> given)
    {
        var gone = before.Where(target => !wanted.Contains(target)).ToHashSet();
        var added = wanted.Except(before).ToList();
        if (gone.Count == 0 && added.Count == 0)
        {
            return;
        }

        _db.ServerMembers.RemoveRange(_members.Where(member => member.Kind == kind && gone.Contains(member.Target)));
        _db.ServerMembers.AddRange(added.Select(create));
        _detail.Set(field, given);
    }

    private async Task SetOverridesAsync(ImmutableDictionary<string, ItemOverride>? overrides, CancellationToken cancellationToken)
    {
        if (overrides is null)
        {
            return;
        }

        var wanted = new Dictionary<string, ItemOverride>();
        var names = new HashSet<(ItemKind, string)>();
        foreach (var (reference, change) in overrides.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var given = new ItemOverride(
                string.IsNullOrEmpty(change.Name) ? null : change.Name, string.IsNullOrEmpty(change.Description) ? null : change.Description);
            TextRules.Text(_mistakes, "tools", given.Description, TextRules.MaxDescription);
            var found = await _references.ResolveAsync(
                "tools", [reference], cancellationToken, ItemKind.Tool, ItemKind.Prompt, ItemKind.Resource, ItemKind.ResourceTemplate);
            if (found is not [var item])
            {
                continue;
            }

            CheckName(item, given.Name, names);
            if (given is not (null, null) && !wanted.TryAdd(item.Id, given))
            {
                _mistakes.Add("tools", $"'{reference}' names an item that is there already.");
            }
        }

        await ReplaceOverridesAsync(wanted, cancellationToken);
    }

    private void CheckName(FoundItem item, string? name, HashSet<(ItemKind, string)> names)
    {
        if (name is null)
        {
            return;
        }

        if (item.Kind is not (ItemKind.Tool or ItemKind.Prompt))
        {
            _mistakes.Add("tools", $"'{item.CatalogName}' is a {ItemViews.Word(item.Kind)}: its URI cannot be changed.");
        }
        else if (!NameForm.IsMatch(name))
        {
            _mistakes.Add("tools", $"The name for '{item.CatalogName}' must have 1 to 64 of the characters A-Z a-z 0-9 _ . -");
        }
        else if (!names.Add((item.Kind, name)))
        {
            _mistakes.Add("tools", $"The name '{name}' is given twice.");
        }
    }

    private async Task ReplaceOverridesAsync(Dictionary<string, ItemOverride> wanted, CancellationToken cancellationToken)
    {
        var rows = await _db.ServerOverrides.Where(row => row.ServerId == _server.Id).ToDictionaryAsync(row => row.ItemId, cancellationToken);
        if (rows.Count == wanted.Count && wanted.All(entry =>
            rows.TryGetValue(entry.Key, out var row) && row.Name == entry.Value.Name && row.Description == entry.Value.Description))
        {
            return;
        }

        _db.ServerOverrides.RemoveRange(rows.Values.Where(row => !wanted.ContainsKey(row.ItemId)));
        foreach (var (id, change) in wanted)
        {
            if (!rows.TryGetValue(id, out var row))
            {
                _db.ServerOverrides.Add(row = new ServerOverrideEntity { ServerId = _server.Id, ItemId = id });
            }

            (row.Name, row.Description) = (change.Name, change.Description);
        }

        _detail.Set("tools", [.. wanted.Select(entry => $"{entry.Key}: {entry.Value.Name}")]);
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm { get; }
}

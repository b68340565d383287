using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>Catalog items as the API shows them.</summary>
internal static class ItemViews
{
    /// <summary>The definitions that these items have now and that are approved, by hash.</summary>
    public static async Task<Dictionary<string, DefinitionEntity>> ReadDefinitionsAsync(
        this GatewayDbContext db, IReadOnlyCollection<CatalogRow> rows, CancellationToken cancellationToken)
    {
        var hashes = rows.SelectMany(row => new[] { row.Item.CurrentHash, row.Item.ApprovedHash }).Distinct().ToList();
        return await db.Definitions.AsNoTracking().Where(row => hashes.Contains(row.Hash)).ToDictionaryAsync(row => row.Hash, cancellationToken);
    }

    public static ItemView ToView(CatalogRow row, IReadOnlyDictionary<string, DefinitionEntity> definitions)
    {
        var item = row.Item;
        var served = row.Upstream.Drift == DriftPolicy.Observe ? item.CurrentHash : item.ApprovedHash;
        return new ItemView
        {
            Id = item.Id,
            Kind = item.Kind,
            Name = item.CatalogName,
            OriginalName = item.OriginalName,
            GatewayId = row.Upstream.Id,
            GatewayName = row.Upstream.Name,
            Title = item.Title,
            Description = item.Description,
            Definition = definitions.GetValueOrDefault(served)?.Json ?? default(ReadOnlyMemory<byte>),
            Enabled = item.Enabled,
            Available = item.Available,
            Tags = [.. item.Tags.Union(row.Upstream.Tags)],
            Drifted = item.CurrentHash != item.ApprovedHash
                && definitions.GetValueOrDefault(item.CurrentHash)?.CanonicalHash != item.ApprovedCanonicalHash,
            FirstSeen = item.FirstSeen,
            UpdatedAt = item.UpdatedAt,
            DefinitionHash = item.CurrentHash,
            ApprovedHash = item.ApprovedHash.Length == 0 ? null : item.ApprovedHash,
        };
    }

    /// <summary>One item, with the text to review for whoever may approve it.</summary>
    public static async Task<ItemView> ReadViewAsync(this GatewayDbContext db, Caller caller, CatalogRow row, CancellationToken cancellationToken)
    {
        var definitions = await db.ReadDefinitionsAsync([row], cancellationToken);
        var view = ToView(row, definitions);
        var reviews = view.Drifted
            && caller.NeedsUnbound(Permissions.GatewaysUpdate) is null
            && caller.NeedsToManage(row.Upstream, Word(view.Kind)) is null;
        return reviews ? view with { PendingDefinition = definitions.GetValueOrDefault(row.Item.CurrentHash)?.Json ?? default(ReadOnlyMemory<byte>) } : view;
    }

    /// <summary>What messages call it.</summary>
    public static string Word(ItemKind kind) => kind switch
    {
        ItemKind.Tool => "tool",
        ItemKind.Prompt => "prompt",
        ItemKind.Resource => "resource",
        _ => "resource template",
    };

    /// <summary>The area of permissions it belongs to.</summary>
    public static string Area(ItemKind kind) => kind switch
    {
        ItemKind.Tool => "tools",
        ItemKind.Prompt => "prompts",
        _ => "resources",
    };

    public static Permissions ReadPermission(ItemKind kind) => kind switch
    {
        ItemKind.Tool => Permissions.ToolsRead,
        ItemKind.Prompt => Permissions.PromptsRead,
        _ => Permissions.ResourcesRead,
    };

    public static Permissions UpdatePermission(ItemKind kind) => kind switch
    {
        ItemKind.Tool => Permissions.ToolsUpdate,
        ItemKind.Prompt => Permissions.PromptsUpdate,
        _ => Permissions.ResourcesUpdate,
    };
}

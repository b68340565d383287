using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Storage;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

internal sealed partial class CatalogGrain
{
    // An approval stands in for the upstream's drift policy, so it takes what changing that policy takes.
    private const Permissions ApprovalPermission = Permissions.GatewaysUpdate;

    public ValueTask<Outcome<ItemView>> ApproveItemAsync(
        Caller caller, ItemKind kind, string id, string? definitionHash, CancellationToken cancellationToken) =>
        ChangeItemAsync(
            caller, kind, id, "approve", ApprovalPermission, (db, row, token) => ApproveAsync(db, row, definitionHash, token), cancellationToken);

    public ValueTask<Outcome<ItemView>> WithdrawItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken) =>
        ChangeItemAsync(caller, kind, id, "withdraw", ApprovalPermission, (_, row, _) => Task.FromResult(Withdraw(row)), cancellationToken);

    private async Task<Outcome<AuditDetail>> ApproveAsync(GatewayDbContext db, CatalogRow row, string? reviewed, CancellationToken cancellationToken)
    {
        var item = row.Item;
        if (reviewed is not null && reviewed != item.CurrentHash)
        {
            return Changed();
        }

        var detail = new AuditDetail();
        if (item.ApprovedHash == item.CurrentHash)
        {
            return detail;
        }

        await _database.KeepDefinitionsAsync(db, cancellationToken);
        var definition = await db.Definitions.AsNoTracking().FirstOrDefaultAsync(found => found.Hash == item.CurrentHash, cancellationToken);
        if (definition is null)
        {
            // It was replaced, and swept away, after the item was read.
            return Changed();
        }

        var (title, description) = DefinitionTexts.Read(item.Kind, definition.Json);
        item.Approve(definition.Hash, definition.CanonicalHash, title, description);
        detail.Set("definition_hash", definition.Hash);
        return detail;
    }

    private static Refusal Changed() => Refusal.Conflict(
        "definition_hash", "The MCP server has changed the definition since it was reviewed. Look at it again, then approve it by its new hash.");

    private static Outcome<AuditDetail> Withdraw(CatalogRow row)
    {
        if (row.Upstream.Drift == DriftPolicy.Observe)
        {
            return Refusal.Conflict(
                "drift_policy",
                "The policy of this MCP server is 'observe': whatever it says is served, approved or not. Switch the item off, or set the policy to 'hold' or 'block' first.");
        }

        var detail = new AuditDetail();
        if (row.Item.ApprovedHash.Length > 0)
        {
            detail.Set("definition_hash", row.Item.ApprovedHash);
            row.Item.Withdraw();
        }

        return detail;
    }
}

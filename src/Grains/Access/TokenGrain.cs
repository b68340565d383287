using McpGateway.Abstractions.Access;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Access;

internal sealed class TokenGrain : GatewayGrain, ITokenGrain
{
    private readonly GatewayDatabase _database;

    public TokenGrain(GatewayDatabase database) => _database = database;

    // Read from the rows every time: nodes keep what they got until the feed names the token or its owner, so this is rare.
    public async ValueTask<TokenAccess?> GetAccessAsync(CancellationToken cancellationToken) =>
        await _database.ReadAsync(
            async (db, token) =>
            {
                var version = await db.LastChangeIdAsync(token);
                var row = await db.Tokens.FirstOrDefaultAsync(found => found.Id == Key, token);
                if (row is null || row.RevokedAt is not null || row.ExpiresAt <= Time.GetUtcNow())
                {
                    return null;
                }

                return await db.ReadRightsAsync(row.OwnerId, token) is { } owner
                    ? new TokenAccess(row.Id, row.SecretHash, Cut(owner, row), [.. row.ServerIds], [.. row.Networks], row.ExpiresAt, version)
                    : null;
            },
            cancellationToken);

    /// <summary>The owner's rights of this moment, cut by the token's scope.</summary>
    private static Rights Cut(Rights owner, TokenEntity row)
    {
        var scope = RightsReader.Parse(row.Permissions);
        var unrestricted = scope == Permissions.All && row.ServerIds.Length == 0 && row.TeamId is null;
        return owner with
        {
            Permissions = owner.Permissions & scope,
            IsAdministrator = owner.IsAdministrator && unrestricted,
            Teams = row.TeamId is { } team ? [.. owner.Teams.Where(own => own == team)] : owner.Teams,
        };
    }
}

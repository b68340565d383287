using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Grains.Administration;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Access;

internal sealed partial class AccessGrain
{
    // Uses within it are noted as one moment, so that those of many tokens take few statements.
    private static readonly TimeSpan s_oneMoment = TimeSpan.FromSeconds(5);

    public async ValueTask<Outcome<CreatedToken>> CreateTokenAsync(Caller caller, TokenInput input, CancellationToken cancellationToken)
    {
        if (caller.Needs(Permissions.TokensCreate) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.TryWriteAsync<CreatedToken>(
            async (db, log, token) =>
            {
                var owner = caller.Rights.PrincipalId;
                if (!await db.Users.AnyAsync(user => user.Id == owner && user.Enabled, token))
                {
                    return AccessRules.Forbidden("Only users can have tokens.");
                }

                var parent = caller.TokenId is { } parentId ? await db.Tokens.FirstOrDefaultAsync(row => row.Id == parentId, token) : null;
                if (caller.TokenId is not null && parent is null)
                {
                    return AccessRules.Forbidden("The token you use does not exist any more.");
                }

                var now = Time.GetUtcNow();
                var (scope, mistakes) = await TokenRules.CheckAsync(db, caller, input, parent, now, token);
                if (mistakes.Any)
                {
                    return mistakes.ToRefusal();
                }

                if (await db.Tokens.CountAsync(row => row.OwnerId == owner && row.RevokedAt == null, token) >= _limits.MaxPerUser)
                {
                    return Refusal.Conflict("name", $"You have {_limits.MaxPerUser} tokens already, which is as many as you may; revoke some first.");
                }

                var made = _tokens.Create();
                var row = new TokenEntity
                {
                    Id = made.Id,
                    Name = input.Name!.Trim(),
                    Description = input.Description,
                    OwnerId = owner,
                    SecretHash = made.SecretHash,
                    TeamId = input.TeamId ?? parent?.TeamId,
                    ServerIds = scope.ServerIds,
                    Permissions = scope.Permissions,
                    Networks = scope.Networks,
                    CreatedAt = now,
                    ExpiresAt = scope.ExpiresAt,
                };
                db.Tokens.Add(row);
                log.Audit(caller, "tokens.create", "token", row.Id, row.Name, DetailOf(row).ToString());
                log.Changed(ChangeKind.Token, row.Id);
                return new CreatedToken(made.Text, ToView(row, caller.Rights.PrincipalName));
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<Page<TokenView>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.TokensRead) is { } forbidden)
        {
            return forbidden;
        }

        if (!Paging.TryRead(page, out (long Key, string Id)? after, out var refusal))
        {
            return refusal;
        }

        return await _database.ReadAsync(
            async (db, token) =>
            {
                var all = Visible(db, caller);
                var total = await all.CountAsync(token);
                var rows = await Older(all, after)
                    .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id)
                    .Take(page.Limit + 1)
                    .Join(db.Users, row => row.OwnerId, user => user.Id, (row, user) => new { Token = row, user.Email })
                    .OrderByDescending(row => row.Token.CreatedAt).ThenByDescending(row => row.Token.Id)
                    .ToListAsync(token);
                return Paging.ToPage(
                    rows, page, total, row => (Paging.Text(row.Token.CreatedAt.UtcTicks), row.Token.Id), row => ToView(row.Token, row.Email));
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<TokenView>> GetTokenAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.TokensRead) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.ReadAsync(
            async (db, token) => await FindAsync(db, caller, id, token) is { } found
                ? ToView(found.Token, found.OwnerName)
                : (Outcome<TokenView>)Refusal.NotFound("token", id),
            cancellationToken);
    }

    public async ValueTask NoteTokenUsesAsync(ImmutableArray<TokenUse> uses, CancellationToken cancellationToken)
    {
        if (uses.Length > IAccessGrain.MaxTokenUses)
        {
            throw new ArgumentOutOfRangeException(nameof(uses), uses.Length, $"{IAccessGrain.MaxTokenUses} at most.");
        }

        var moments = uses
            .GroupBy(static use => use.At.UtcTicks / s_oneMoment.Ticks)
            .Select(static uses => (At: uses.Max(static use => use.At), Tokens: uses.Select(static use => use.TokenId).ToArray()))
            .ToArray();
        await _database.WriteAsync(
            async (db, _, token) =>
            {
                foreach (var (at, tokens) in moments)
                {
                    await db.Tokens
                        .Where(row => tokens.Contains(row.Id) && (row.LastUsedAt == null || row.LastUsedAt < at))
                        .ExecuteUpdateAsync(row => row.SetProperty(found => found.LastUsedAt, at), token);
                }
            },
            cancellationToken);
    }

    public async ValueTask<Outcome<TokenView>> RevokeTokenAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.TokensRevoke) is { } forbidden)
        {
            return forbidden;
        }

        return await _database.TryWriteAsync<TokenView>(
            async (db, log, token) =>
            {
                if (await FindAsync(db, caller, id, token) is not { } found)
                {
                    return Refusal.NotFound("token", id);
                }

                if (found.Token.RevokedAt is null)
                {
                    found.Token.RevokedAt = Time.GetUtcNow();
                    log.Audit(caller, "tokens.revoke", "token", found.Token.Id, found.Token.Name, null);
                    log.Changed(ChangeKind.Token, found.Token.Id);
                }

                return ToView(found.Token, found.OwnerName);
            },
            cancellationToken);
    }

    private static IQueryable<TokenEntity> Visible(GatewayDbContext db, Caller caller) =>
        caller.Rights.IsAdministrator ? db.Tokens : db.Tokens.Where(row => row.OwnerId == caller.Rights.PrincipalId);

    private static IQueryable<TokenEntity> Older(IQueryable<TokenEntity> tokens, (long Key, string Id)? after)
    {
        if (after is not { } last || last.Key > DateTimeOffset.MaxValue.UtcTicks)
        {
            return tokens;
        }

        var made = new DateTimeOffset(last.Key, TimeSpan.Zero);
        return tokens.Where(row => row.CreatedAt < made || (row.CreatedAt == made && string.Compare(row.Id, last.Id) < 0));
    }

    private static async Task<(TokenEntity Token, string OwnerName)?> FindAsync(
        GatewayDbContext db, Caller caller, string id, CancellationToken cancellationToken)
    {
        var row = await Visible(db, caller).FirstOrDefaultAsync(token => token.Id == id, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var owner = await db.Users.Where(user => user.Id == row.OwnerId).Select(user => user.Email).FirstAsync(cancellationToken);
        return (row, owner);
    }

    private static AuditDetail DetailOf(TokenEntity row)
    {
        var detail = new AuditDetail();
        detail.Set("permissions", row.Permissions);
        detail.Set("server_ids", row.ServerIds);
        detail.Set("ip_restrictions", row.Networks);
        detail.Set("team_id", row.TeamId);
        detail.Set("expires_at", row.ExpiresAt?.ToString("O"));
        return detail;
    }

    private static TokenView ToView(TokenEntity row, string ownerName) => new(
        row.Id, row.Name, row.Description, row.OwnerId, ownerName, row.TeamId,
        [.. row.ServerIds], [.. row.Permissions], [.. row.Networks],
        row.CreatedAt, row.ExpiresAt, row.RevokedAt, row.LastUsedAt);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Gateway.Sealing;
using McpGateway.Grains.Administration;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace McpGateway.Grains.Access;

[StatelessWorker]
internal sealed partial class AccessGrain : GatewayGrain, IAccessGrain
{
    private readonly GatewayDatabase _database;
    private readonly Passwords _passwords;
    private readonly SignInLimiter _limiter;
    private readonly ApiToken _tokens;
    private readonly TokenOptions _limits;

    public AccessGrain(GatewayDatabase database, Passwords passwords, SignInLimiter limiter, KeyRing keys, IOptions<TokenOptions> limits)
    {
        _database = database;
        _passwords = passwords;
        _limiter = limiter;
        _tokens = new ApiToken(keys);
        _limits = limits.Value;
    }

    public async ValueTask<PrincipalAccess> GetPrincipalAsync(string userId, CancellationToken cancellationToken) =>
        await _database.ReadAsync(
            async (db, token) =>
            {
                var version = await db.LastChangeIdAsync(token);
                var user = await db.Users.FirstOrDefaultAsync(row => row.Id == userId, token);
                var rights = user is null ? null : await db.ReadRightsAsync(user, token);
                return new PrincipalAccess(rights, user?.SecurityStamp ?? "", version);
            },
            cancellationToken);

    public async ValueTask<Outcome<Page<UserView>>> ListUsersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.NeedsUnbound(Permissions.UsersManage) is { } forbidden)
        {
            return forbidden;
        }

        if (!Paging.TryRead(page, out (string Key, string Id)? after, out var refusal))
        {
            return refusal;
        }

        return await _database.ReadAsync(
            async (db, token) =>
            {
                var total = await db.Users.CountAsync(token);
                var rest = after is { } last ? db.Users.Where(user => string.Compare(user.NormalizedEmail, last.Key) > 0) : db.Users;
                var users = await rest.OrderBy(user => user.NormalizedEmail).Take(page.Limit + 1).ToListAsync(token);
                var ids = users.Select(user => user.Id).ToList();
                var teams = (await db.TeamMembers.Where(member => ids.Contains(member.UserId)).ToListAsync(token))
                    .ToLookup(member => member.UserId, member => member.TeamId);
                return Paging.ToPage(users, page, total, user => (user.NormalizedEmail, user.Id), user => ToView(user, teams[user.Id]));
            },
            cancellationToken);
    }

    private static UserView ToView(UserEntity user, IEnumerable<string> teams) => new(
        user.Id, user.Email, user.FullName, user.IsAdministrator, user.Enabled, [.. teams.Order(StringComparer.Ordinal)],
        user.CreatedAt, user.LastLoginAt);
}

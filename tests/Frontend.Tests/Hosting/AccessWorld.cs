using System.Collections.Concurrent;
using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>Users and tokens in memory.</summary>
internal sealed class AccessWorld : IAccessGrain
{
    private readonly ConcurrentDictionary<string, TokenAccess> _tokens = new();
    private int _asked;

    public AccessWorld()
    {
        Users["u-admin"] = (Admin, "stamp-1");
    }

    public static Rights Admin { get; } = new("u-admin", "admin@example.com", Permissions.All, true, []);

    public static Rights Viewer { get; } = new("u-viewer", "viewer@example.com", Permissions.ServersRead | Permissions.ToolsRead, false, ["t-1"]);

    public KeyRing Keys { get; } = new(new byte[32]);

    public ConcurrentDictionary<string, (Rights Rights, string Stamp)> Users { get; } = new();

    public ConcurrentQueue<ImmutableArray<TokenUse>> TokenUses { get; } = new();

    /// <summary>While set, nobody answers.</summary>
    public Exception? Fault { get; set; }

    /// <summary>While set, answers wait for it.</summary>
    public Task? Gate { get; set; }

    /// <summary>How often a token or a user was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>What creating tokens answers; by default it makes one.</summary>
    public Func<Caller, TokenInput, Outcome<CreatedToken>>? OnCreateToken { get; set; }

    public TokenInput? LastTokenInput { get; private set; }

    public Caller? LastCaller { get; private set; }

    /// <summary>A token of the administrator, or with these rights.</summary>
    public string AddToken(
        Rights? rights = null, ImmutableArray<string> networks = default, DateTimeOffset? expiresAt = null, ImmutableArray<string> servers = default)
    {
        var made = new ApiToken(Keys).Create();
        _tokens[made.Id] = new TokenAccess(
            made.Id, made.SecretHash, rights ?? Admin, servers.IsDefault ? [] : servers, networks.IsDefault ? [] : networks, expiresAt, 0);
        return made.Text;
    }

    public static string IdOf(string token) => token.Split('_')[1];

    public void RemoveToken(string token) => _tokens.TryRemove(IdOf(token), out _);

    public async Task<TokenAccess?> FindAsync(string id)
    {
        Interlocked.Increment(ref _asked);
        var found = _tokens.GetValueOrDefault(id);
        await AnswerableAsync();
        return found;
    }

    public ValueTask<Outcome<SignIn>> SignInAsync(string email, string password, string? address, CancellationToken cancellationToken) => new(
        (email, password) switch
        {
            ("admin@example.com", "right") => new SignIn("u-admin", email, Users["u-admin"].Stamp),
            ("busy@example.com", _) => new Refusal(RefusalKind.Limited, "Too many tries.", ImmutableDictionary<string, ImmutableArray<string>>.Empty),
            _ => new Refusal(RefusalKind.Unauthenticated, "E-mail address or password is wrong.", ImmutableDictionary<string, ImmutableArray<string>>.Empty),
        });

    public async ValueTask<PrincipalAccess> GetPrincipalAsync(string userId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        await AnswerableAsync();
        return Users.TryGetValue(userId, out var user) ? new PrincipalAccess(user.Rights, user.Stamp, 0) : new PrincipalAccess(null, "", 0);
    }

    public ValueTask<bool> EnsureAdministratorAsync(string email, string password, CancellationToken cancellationToken) => new(false);

    public ValueTask<Outcome<CreatedToken>> CreateTokenAsync(Caller caller, TokenInput input, CancellationToken cancellationToken)
    {
        LastTokenInput = input;
        LastCaller = caller;
        return new(OnCreateToken?.Invoke(caller, input) ?? new CreatedToken("mcpg_x", View("tok-1", caller, input.Name ?? "")));
    }

    public ValueTask<Outcome<Page<TokenView>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken) =>
        new(new Page<TokenView>([View("tok-1", caller, "one"), View("tok-2", caller, "two")], page.Cursor is null ? "tok-2" : null, 3));

    public ValueTask<Outcome<TokenView>> GetTokenAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        new(id == "tok-1" ? View(id, caller, "one") : Refusal.NotFound("token", id));

    public ValueTask<Outcome<TokenView>> RevokeTokenAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        new(id == "tok-1" ? View(id, caller, "one") with { RevokedAt = DateTimeOffset.UnixEpoch } : Refusal.NotFound("token", id));

    public async ValueTask NoteTokenUsesAsync(ImmutableArray<TokenUse> uses, CancellationToken cancellationToken)
    {
        TokenUses.Enqueue(uses);
        await AnswerableAsync();
    }

    public ValueTask<Outcome<Page<UserView>>> ListUsersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken) =>
        new(caller.Rights.Has(Permissions.UsersManage)
            ? new Page<UserView>([new UserView("u-admin", "admin@example.com", null, true, true, [], DateTimeOffset.UnixEpoch, null)], null, 1)
            : Refusal.Forbidden("users.manage"));

    private static TokenView View(string id, Caller caller, string name) => new(
        id, name, null, caller.Rights.PrincipalId, caller.Rights.PrincipalName, null, [], ["servers.use"], ["10.0.0.0/8"], DateTimeOffset.UnixEpoch, null,
        null, null);

    private async Task AnswerableAsync()
    {
        if (Gate is { } gate)
        {
            await gate;
        }

        if (Fault is { } fault)
        {
            throw fault;
        }
    }
}

internal sealed class TokenGrain(AccessWorld world, string id) : ITokenGrain
{
    public async ValueTask<TokenAccess?> GetAccessAsync(CancellationToken cancellationToken) => await world.FindAsync(id);
}

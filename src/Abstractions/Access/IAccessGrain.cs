using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>Administration of users and tokens, and sign-in. A stateless worker; its key says nothing.</summary>
[Alias("IAccessGrain")]
public interface IAccessGrain : IGatewayGrain
{
    /// <summary>How many uses <see cref="NoteTokenUsesAsync"/> takes at once.</summary>
    public const int MaxTokenUses = 1_000;

    /// <summary>Checks a password. An unknown address, a wrong password and a disabled user give the same answer after the same work.</summary>
    /// <remarks>Ten failures for one address within a minute refuse further tries until the minute is over.</remarks>
    ValueTask<Outcome<SignIn>> SignInAsync(string email, string password, string? address, CancellationToken cancellationToken);

    /// <summary>The rights of a user at this moment.</summary>
    ValueTask<PrincipalAccess> GetPrincipalAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Creates the first administrator when there is no user yet; answers false when there is one.</summary>
    ValueTask<bool> EnsureAdministratorAsync(string email, string password, CancellationToken cancellationToken);

    /// <summary>Makes an API token for the caller. Its scope may not exceed the caller's rights.</summary>
    ValueTask<Outcome<CreatedToken>> CreateTokenAsync(Caller caller, TokenInput input, CancellationToken cancellationToken);

    /// <summary>The caller's own tokens, newest first; an administrator sees everyone's.</summary>
    ValueTask<Outcome<Page<TokenView>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One token.</summary>
    ValueTask<Outcome<TokenView>> GetTokenAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>Revokes a token: refused everywhere within a second. Idempotent.</summary>
    ValueTask<Outcome<TokenView>> RevokeTokenAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Notes when tokens were used last, to within five seconds; of a token that was used later already it changes nothing. Written before it
    /// answers. The feed does not tell of it: nothing that anybody has cached depends on it.
    /// </summary>
    /// <param name="uses"><see cref="MaxTokenUses"/> at most, each of another token.</param>
    ValueTask NoteTokenUsesAsync(ImmutableArray<TokenUse> uses, CancellationToken cancellationToken);

    /// <summary>The users, by e-mail address.</summary>
    ValueTask<Outcome<Page<UserView>>> ListUsersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken);
}

/// <summary>The last use of a token that a node has seen.</summary>
[GenerateSerializer, Immutable]
public sealed record TokenUse(string TokenId, DateTimeOffset At);

/// <summary>A successful sign-in.</summary>
[GenerateSerializer, Immutable]
public sealed record SignIn(string UserId, string Email, string SecurityStamp);

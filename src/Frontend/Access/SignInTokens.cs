using System.Security.Claims;
using McpGateway.Abstractions.Access;
using McpGateway.Gateway.Sealing;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpGateway.Frontend.Access;

/// <summary>What a good sign-in token says.</summary>
/// <param name="Stamp">Must be the user's security stamp of this moment.</param>
internal sealed record SignInClaims(string UserId, string Stamp, DateTimeOffset ExpiresAt);

/// <summary>The tokens that people get when they sign in: JWTs of ours, signed with a key that every node derives from the master key.</summary>
internal sealed class SignInTokens
{
    public const string Issuer = "mcpgateway";
    public const string Audience = "mcpgateway-admin";
    private const string StampClaim = "stamp";

    private static readonly JsonWebTokenHandler s_handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly SigningCredentials _credentials;
    private readonly TokenValidationParameters _rules;

    public SignInTokens(KeyRing keys, IOptions<AccessOptions> options, TimeProvider time)
    {
        _time = time;
        _lifetime = options.Value.SignInLifetime;
        SecurityKey[] signingKeys = [.. keys.Signer("login-token").Keys.Select(key => new SymmetricSecurityKey(key))];
        _credentials = new SigningCredentials(signingKeys[0], SecurityAlgorithms.HmacSha256);
        _rules = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = signingKeys,
            TryAllIssuerSigningKeys = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,

            // The library would read the system's clock; ours is looked at in Read.
            ValidateLifetime = false,
        };
    }

    /// <summary>Makes a token. <paramref name="lifetime"/> is for tokens shorter than a sign-in.</summary>
    public (string Token, TimeSpan Lifetime) Create(SignIn signIn, TimeSpan? lifetime = null)
    {
        var lasts = lifetime is { } asked && asked < _lifetime ? asked : _lifetime;
        var now = _time.GetUtcNow();
        var token = s_handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lasts).UtcDateTime,
            SigningCredentials = _credentials,
            Subject = new ClaimsIdentity([new("sub", signIn.UserId), new("email", signIn.Email), new(StampClaim, signIn.SecurityStamp)]),
        });
        return (token, lasts);
    }

    /// <summary>Checks signature, issuer and audience; null when any is wrong. Expiry is the caller's to look at.</summary>
    public async Task<SignInClaims?> ReadAsync(string token)
    {
        var result = await s_handler.ValidateTokenAsync(token, _rules);
        return result.IsValid
            && result.SecurityToken is JsonWebToken jwt
            && jwt.Subject is { Length: > 0 } user
            && jwt.TryGetPayloadValue<string>(StampClaim, out var stamp)
            && jwt.ValidTo > DateTime.MinValue
            ? new SignInClaims(user, stamp, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero))
            : null;
    }
}

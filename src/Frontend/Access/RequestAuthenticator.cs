using System.Net;
using System.Security.Cryptography;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Frontend.Access;

/// <summary>
/// Finds out who sent a request, from the <c>Authorization</c> header and nothing else. An API token that was used lately costs one look-up
/// and one comparison, a known one a MAC and a hash as well; a made-up one is refused without asking anybody.
/// </summary>
internal sealed class RequestAuthenticator(
    ApiToken apiTokens, TokenAccessCache tokens, SignInCache signIns, PrincipalCache principals, ClientAddress clientAddress, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private const int IdLength = 16;

    public ValueTask<Authentication> AuthenticateAsync(HttpContext context)
    {
        var address = clientAddress.Of(context);
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return new(new Authentication(AuthenticationStatus.Missing, CallerIdentity.Anonymous, address));
        }

        var text = header.Count == 1 ? header[0] : null;
        if (text is null || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new(new Authentication(AuthenticationStatus.Invalid, null, address));
        }

        var credentials = text.AsSpan(Scheme.Length).Trim(' ');
        return ApiToken.LooksLikeOne(credentials) ? ByApiToken(credentials, address) : BySignInAsync(credentials.ToString(), address);
    }

    private ValueTask<Authentication> ByApiToken(ReadOnlySpan<char> text, IPAddress? address)
    {
        if (tokens.TryGet(ApiToken.NamedId(text), out var known) && known!.IsProven(text))
        {
            return new(Judge(known, address));
        }

        Span<char> id = stackalloc char[IdLength];
        Span<byte> secretHash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!apiTokens.TryRead(text, id, secretHash))
        {
            return new(new Authentication(AuthenticationStatus.Invalid, null, address));
        }

        return tokens.TryGet(id, out var entry)
            ? new(Prove(entry!, text, secretHash, address))
            : ByUnknownTokenAsync(id.ToString(), text.ToString(), secretHash.ToArray(), address);
    }

    private async ValueTask<Authentication> ByUnknownTokenAsync(string id, string text, byte[] secretHash, IPAddress? address)
    {
        var answer = await tokens.GetAsync(id);
        return answer switch
        {
            { IsKnown: false } => new(AuthenticationStatus.Unavailable, null, address),
            { Entry: null } => new(AuthenticationStatus.Invalid, null, address),
            { Entry: { } entry } => Prove(entry, text, secretHash, address),
        };
    }

    private Authentication Prove(TokenEntry entry, ReadOnlySpan<char> text, ReadOnlySpan<byte> secretHash, IPAddress? address)
    {
        if (!CryptographicOperations.FixedTimeEquals(entry.Access.SecretHash.Span, secretHash))
        {
            return new(AuthenticationStatus.Invalid, null, address);
        }

        entry.Prove(text);
        return Judge(entry, address);
    }

    private Authentication Judge(TokenEntry entry, IPAddress? address)
    {
        var now = time.GetUtcNow();
        if (entry.Access.ExpiresAt <= now)
        {
            return new(AuthenticationStatus.Expired, null, address);
        }

        if (!entry.Admits(address))
        {
            return new(AuthenticationStatus.WrongNetwork, null, address);
        }

        entry.Touch(now);
        return new(AuthenticationStatus.Authenticated, entry.Identity, address);
    }

    private async ValueTask<Authentication> BySignInAsync(string token, IPAddress? address)
    {
        if (await signIns.ReadAsync(token) is not { } claims)
        {
            return new(AuthenticationStatus.Invalid, null, address);
        }

        if (claims.ExpiresAt <= time.GetUtcNow())
        {
            return new(AuthenticationStatus.Expired, null, address);
        }

        var answer = await principals.GetAsync(claims.UserId);
        if (!answer.IsKnown)
        {
            return new(AuthenticationStatus.Unavailable, null, address);
        }

        // Another stamp: the password was changed after this sign-in.
        return answer.Entry is { } principal && string.Equals(principal.SecurityStamp, claims.Stamp, StringComparison.Ordinal)
            ? new(AuthenticationStatus.Authenticated, principal.Identity, address)
            : new(AuthenticationStatus.Invalid, null, address);
    }
}

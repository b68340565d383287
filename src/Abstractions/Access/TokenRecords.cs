using System.Collections.Immutable;
using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>The access record of one API token, as frontends cache it.</summary>
/// <param name="TokenId">The public part of the token.</param>
/// <param name="SecretHash">SHA-256 of the secret part.</param>
/// <param name="Rights">The token's scope cut by its owner's rights of this moment.</param>
/// <param name="ServerIds">Virtual servers the token is bound to; empty means no binding.</param>
/// <param name="Networks">CIDR networks the caller must come from; empty means any.</param>
/// <param name="ExpiresAt">Refused from this instant on; null means never.</param>
/// <param name="Version">Feed id as of which the record was read.</param>
[GenerateSerializer, Immutable]
public sealed record TokenAccess(
    string TokenId,
    ReadOnlyMemory<byte> SecretHash,
    Rights Rights,
    ImmutableArray<string> ServerIds,
    ImmutableArray<string> Networks,
    DateTimeOffset? ExpiresAt,
    long Version);

/// <summary>What <c>POST /tokens</c> asks for.</summary>
/// <param name="ExpiresInDays">1 to 3650 days until it is refused; null with <paramref name="ExpiresInMinutes"/>, or for a year.</param>
/// <param name="ExpiresInMinutes">The same in minutes, 1 to 5256000, for tokens that last less than a day; at most one of the two is given.</param>
[GenerateSerializer, Immutable]
public sealed record TokenInput(
    string? Name,
    string? Description,
    int? ExpiresInDays,
    ImmutableArray<string> ServerIds,
    ImmutableArray<string> Permissions,
    ImmutableArray<string> Networks,
    string? TeamId,
    int? ExpiresInMinutes = null);

/// <summary>A token as lists show it; its secret is not kept.</summary>
[GenerateSerializer, Immutable]
public sealed record TokenView(
    string Id,
    string Name,
    string? Description,
    string OwnerId,
    string OwnerName,
    string? TeamId,
    ImmutableArray<string> ServerIds,
    ImmutableArray<string> Permissions,
    ImmutableArray<string> Networks,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>A new token. <paramref name="AccessToken"/> is shown this once.</summary>
[GenerateSerializer, Immutable]
public sealed record CreatedToken(string AccessToken, TokenView Token);

/// <summary>A user as the API shows it.</summary>
[GenerateSerializer, Immutable]
public sealed record UserView(
    string Id,
    string Email,
    string? FullName,
    bool IsAdministrator,
    bool Enabled,
    ImmutableArray<string> Teams,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastLoginAt);

/// <summary>Rights of a user with the feed id as of which they were read; <see cref="Rights"/> is null for an unknown or disabled user.</summary>
/// <param name="Rights">Null for an unknown or disabled user.</param>
/// <param name="SecurityStamp">Changes with the password; a sign-in made under another stamp is over.</param>
/// <param name="Version">Feed id as of which the record was read.</param>
[GenerateSerializer, Immutable]
public sealed record PrincipalAccess(Rights? Rights, string SecurityStamp, long Version);

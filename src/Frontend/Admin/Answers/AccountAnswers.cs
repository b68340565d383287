using System.Text.Json.Serialization;
using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Access;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>A sign-in. The names are those of RFC 6749 §5.1.</summary>
internal sealed record SignInAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn);

/// <summary>An API token; its secret is not kept.</summary>
internal sealed record TokenAnswer(
    string Id,
    string Name,
    string? Description,
    string OwnerId,
    string UserEmail,
    string? TeamId,
    string[] ServerIds,
    string[] Permissions,
    string[] IpRestrictions,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsed,
    bool IsActive,
    bool IsRevoked)
{
    public static TokenAnswer Of(TokenView view, DateTimeOffset now) => new(
        view.Id,
        view.Name,
        view.Description,
        view.OwnerId,
        view.OwnerName,
        view.TeamId,
        view.ServerIds.OrEmpty(),
        view.Permissions.OrEmpty(),
        view.Networks.OrEmpty(),
        view.CreatedAt,
        view.ExpiresAt,
        view.RevokedAt,
        view.LastUsedAt,
        IsActive: view.RevokedAt is null && !(view.ExpiresAt <= now),
        IsRevoked: view.RevokedAt is not null);
}

/// <summary>A new API token. <paramref name="AccessToken"/> is shown this once.</summary>
internal sealed record CreatedTokenAnswer([property: JsonPropertyName("access_token")] string AccessToken, TokenAnswer Token);

internal sealed record UserAnswer(
    string Id,
    string Email,
    string? FullName,
    bool IsAdmin,
    bool Enabled,
    string[] Teams,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastLogin)
{
    public static UserAnswer Of(UserView view) => new(
        view.Id, view.Email, view.FullName, view.IsAdministrator, view.Enabled, view.Teams.OrEmpty(), view.CreatedAt, view.LastLoginAt);
}

/// <summary>Who the caller is and what it may do at this moment.</summary>
internal sealed record MeAnswer(string Id, string Email, bool IsAdmin, string[] Permissions, string[] Teams, string? TokenId, string[] ServerIds)
{
    public static MeAnswer Of(CallerIdentity identity) => new(
        identity.Rights.PrincipalId,
        identity.Rights.PrincipalName,
        identity.Rights.IsAdministrator,
        [.. PermissionNames.Of(identity.Rights.Permissions)],
        identity.Rights.Teams.OrEmpty(),
        identity.TokenId,
        identity.ServerIds.OrEmpty());
}

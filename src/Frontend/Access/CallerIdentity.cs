using System.Collections.Immutable;
using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Access;

/// <summary>
/// Who asks, as far as all requests with the same credentials share it: one object a token or user, made when its access record is
/// loaded. A request makes a <see cref="Caller"/> of it only when it calls a grain.
/// </summary>
/// <param name="Key">What sessions are bound to: issuer and user id, or the token's owner and id, so that a new sign-in keeps its session.</param>
/// <param name="Rights">The rights of this moment, for a token already cut by its scope.</param>
/// <param name="TokenId">The API token, null for a signed-in user.</param>
/// <param name="ServerIds">Virtual servers the token is bound to; empty means no binding.</param>
/// <param name="AsOf">Feed id as of which the rights were read: older changes are in them.</param>
internal sealed record CallerIdentity(string Key, Rights Rights, string? TokenId, ImmutableArray<string> ServerIds, long AsOf)
{
    /// <summary>Callers without credentials, where an administrator opened a virtual server to them.</summary>
    public static CallerIdentity Anonymous { get; } = new(Rights.AnonymousId, Rights.Anonymous, null, [], AsOf: 0);

    // Looked up once: each call needs it, and a look-up among ten thousand costs as much as the rest of the counting.
    private CallSeries? _calls;

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);

    /// <summary>True when the token's binding allows this virtual server.</summary>
    public bool IsBoundTo(string serverId) => ServerIds.IsDefaultOrEmpty || ServerIds.Contains(serverId);

    /// <summary>True when the change is about this caller, and newer than what is known of it here.</summary>
    public bool IsOutdatedBy(Change change) => change.Id > AsOf && change.Kind switch
    {
        ChangeKind.Token => string.Equals(TokenId, change.Key, StringComparison.Ordinal),
        ChangeKind.Principal => string.Equals(Rights.PrincipalId, change.Key, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Where the calls of this API token are counted; null for a signed-in user.</summary>
    public CallSeries? CallsIn(CallMeter meter) => _calls ??= TokenId is null ? null : meter.For(SeriesKind.Token, TokenId);

    public Caller ToCaller(IPAddress? address, string requestId) => new(Rights, TokenId, ServerIds, address?.ToString(), requestId);

    public static CallerIdentity OfToken(TokenAccess access) =>
        new($"{access.Rights.PrincipalId}|{access.TokenId}", access.Rights, access.TokenId, access.ServerIds.IsDefault ? [] : access.ServerIds, access.Version);

    public static CallerIdentity OfUser(Rights rights, long asOf) => new($"{SignInTokens.Issuer}|{rights.PrincipalId}", rights, null, [], asOf);
}

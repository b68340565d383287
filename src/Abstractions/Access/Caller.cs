using System.Collections.Immutable;
using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>Who asks: an argument of every grain call that needs it, never ambient.</summary>
/// <param name="Rights">What the caller may do at this moment.</param>
/// <param name="TokenId">The API token used, null for a signed-in user.</param>
/// <param name="ServerIds">Virtual servers the token is bound to; empty means all that the rights allow.</param>
/// <param name="Address">The client's network address as text, for the audit; null when the gateway itself acts.</param>
/// <param name="RequestId">The id by which logs, audit and answers name this request.</param>
[GenerateSerializer, Immutable]
public sealed record Caller(
    Rights Rights,
    string? TokenId,
    ImmutableArray<string> ServerIds,
    string? Address,
    string RequestId)
{
    /// <summary>The gateway itself.</summary>
    public static Caller System { get; } = new(Rights.System, null, [], null, "system");

    /// <summary>True when the caller may reach this virtual server as far as its token's binding goes.</summary>
    public bool IsBoundTo(string serverId) => ServerIds.IsDefaultOrEmpty || ServerIds.Contains(serverId);
}

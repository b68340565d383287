using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Administration;

/// <summary>Reads the audit. A stateless worker; its key says nothing.</summary>
[Alias("IAuditGrain")]
public interface IAuditGrain : IGatewayGrain
{
    /// <summary>Administrative changes, newest first.</summary>
    ValueTask<Outcome<Page<AuditView>>> ListAsync(Caller caller, AuditQuery query, PageRequest page, CancellationToken cancellationToken);
}

/// <summary>Which entries a list shows.</summary>
[GenerateSerializer, Immutable]
public sealed record AuditQuery(string? ActorId, string? Action, string? TargetId, DateTimeOffset? Since, DateTimeOffset? Until);

/// <summary>One administrative change.</summary>
/// <param name="Action">Such as <c>gateways.create</c>.</param>
/// <param name="Detail">What was changed, as JSON without secrets.</param>
[GenerateSerializer, Immutable]
public sealed record AuditView(
    long Id, DateTimeOffset At, string ActorId, string ActorName, string? TokenId, string? Address, string RequestId,
    string Action, string TargetKind, string TargetId, string TargetName, string? Detail);

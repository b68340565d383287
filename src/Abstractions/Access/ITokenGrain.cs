using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Access;

/// <summary>One API token; its key is the token's public id.</summary>
[Alias("ITokenGrain")]
public interface ITokenGrain : IGatewayGrain
{
    /// <summary>The access record of this moment; null for an unknown, revoked or expired token, or one whose owner is gone or disabled.</summary>
    ValueTask<TokenAccess?> GetAccessAsync(CancellationToken cancellationToken);
}

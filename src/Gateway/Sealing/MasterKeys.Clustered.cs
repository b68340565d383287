using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;

namespace McpGateway.Gateway.Sealing;

public static partial class MasterKeys
{
    // Every node of a cluster needs the same key, so none makes its own.
    private static partial byte[] MakeOwn(IConfiguration configuration) =>
        throw new GatewayStartException("Keys:Current or Keys:CurrentFile: the clustered edition needs the cluster's master key.");
}

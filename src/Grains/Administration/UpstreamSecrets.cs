using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams;

namespace McpGateway.Grains.Administration;

/// <summary>Seals what an upstream must keep secret, bound to its id.</summary>
internal sealed class UpstreamSecrets(KeyRing keys)
{
    /// <summary>Purpose of the keys that seal environments.</summary>
    public const string EnvironmentPurpose = "upstream-environment";

    public UpstreamHeaders Headers { get; } = new(keys);

    public Sealer Environment { get; } = keys.Sealer(EnvironmentPurpose);
}

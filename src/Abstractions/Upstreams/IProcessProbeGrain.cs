using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>Tries the settings of a stdio upstream where processes may run: in the cluster on a silo of role <c>stdio</c>. Its key is of one use.</summary>
[Alias("IProcessProbeGrain")]
public interface IProcessProbeGrain : IGatewayGrain
{
    /// <summary>Starts the process, does all that discovery does, and ends it. Exactly one item; a failure is in it.</summary>
    /// <param name="input">Has passed the checks of creation, rights among them.</param>
    IAsyncEnumerable<UpstreamProbe> ProbeAsync(UpstreamInput input, CancellationToken cancellationToken);
}

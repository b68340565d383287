using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Upstreams;

internal sealed partial class ProcessProbeGrain(UpstreamProber prober) : GatewayGrain, IProcessProbeGrain
{
    public async IAsyncEnumerable<UpstreamProbe> ProbeAsync(UpstreamInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await prober.ProbeAsync(input, cancellationToken);

        // Its key is of this one probe.
        DeactivateWhenIdle();
    }
}

using McpGateway.Grains.Placement;

namespace McpGateway.Grains.Upstreams;

[ProcessPlacement]
internal sealed partial class ProcessProbeGrain;

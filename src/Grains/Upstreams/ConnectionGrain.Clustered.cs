using McpGateway.Grains.Placement;

namespace McpGateway.Grains.Upstreams;

[UpstreamPlacement]
internal sealed partial class ConnectionGrain;

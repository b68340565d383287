using Orleans;

namespace McpGateway.Abstractions.Seam;

public partial interface IGatewayGrain : IGrainWithStringKey;

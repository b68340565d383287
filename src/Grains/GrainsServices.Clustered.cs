using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Placement;
using McpGateway.Grains.Seam;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Storage;

namespace McpGateway.Grains;

public static partial class GrainsServices
{
    // Orleans finds the grain classes by what its generator wrote into the assembly; its own serializer of states is replaced.
    private static partial void AddSeam(IServiceCollection services)
    {
        services.TryAddSingleton<IGrains, OrleansGrains>();
        services.AddSingleton<IGrainStorageSerializer, JsonStateSerializer>();
        services.AddPlacementDirector<ProcessPlacement, ProcessPlacementDirector>();
        services.AddPlacementDirector<UpstreamPlacement, ProcessPlacementDirector>();
    }
}

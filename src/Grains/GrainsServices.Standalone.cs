using McpGateway.Grains.Seam;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains;

public static partial class GrainsServices
{
    private static partial void AddSeam(IServiceCollection services) => services.AddEmbeddedGrains(typeof(GrainsServices).Assembly);
}

using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Configuration;
using McpGateway.Grains.Seam;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpGateway.EndToEnd.Tests.Hosting;

// The first frontend runs the grains and has the database; the others are frontends alone, which share both. What crosses a grain boundary is
// copied, as between processes.
internal sealed partial class GatewayHost
{
    public partial IEnumerable<IServiceProvider> GrainHosts => [Services];

    public partial void BreakStreams(double share) => Services.GetRequiredService<IOptions<EmbeddedHostOptions>>().Value.BreakStreams = share;

    private partial Task StartGrainsAsync() => Task.CompletedTask;

    private partial WebApplication BuildFrontend(int index) =>
        GatewayApplication.Build(_addresses[index], DataFolder, Configure, index == 0 ? null : Services.GetRequiredService<IGrains>());

    private partial Task StopGrainsAsync() => Task.CompletedTask;

    private partial void ConfigureEdition(WebApplicationBuilder builder) =>
        builder.Services.Configure<EmbeddedHostOptions>(static options => options.CopyArguments = true);
}

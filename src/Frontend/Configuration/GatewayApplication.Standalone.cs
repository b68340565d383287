using System.Data.Common;
using McpGateway.Gateway.Hosting;
using McpGateway.Dashboard;
using McpGateway.Gateway.Sealing;
using McpGateway.Grains;
using McpGateway.Storage;

namespace McpGateway.Frontend.Configuration;

// One process: grains, storage and dashboard run here too. The only file of the frontend that knows them.
internal static partial class GatewayApplication
{
    public static async partial Task OpenEditionAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.Services.GetRequiredService<GatewayDatabase>().InitializeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or DbException or IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"The database cannot be opened. {exception.Message}", exception);
        }
    }

    private static partial void AddEdition(WebApplicationBuilder builder)
    {
        builder.Services.AddGatewayStorage(options =>
        {
            builder.Configuration.GetSection("Storage").Bind(options);
            options.SingleProcess = true;
        });
        builder.Services.AddGatewayGrains();
        builder.Services.AddFirstAdministrator();
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddDashboard();
        builder.Services.AddKeyRingDataProtection();
    }

    private static partial void MapEdition(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapDashboard();
    }
}

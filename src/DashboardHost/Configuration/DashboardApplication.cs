using McpGateway.Cluster;
using McpGateway.Dashboard;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Telemetry;

namespace McpGateway.DashboardHost.Configuration;

/// <summary>The dashboard as an application of its own: a client of the cluster with pages.</summary>
internal static class DashboardApplication
{
    public const string DefaultUrls = "http://127.0.0.1:4445";

    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(30);

    /// <exception cref="GatewayStartException">The configuration has mistakes; the message lists them.</exception>
    public static WebApplication Build(string urls)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Configuration.AddEnvironmentVariables(GatewayProgram.EnvironmentPrefix);
        builder.Configuration["urls"] = urls;
        builder.Services.AddTelemetry();
        builder.Services.Configure<HttpOptions>(static http => http.StopDelay = HttpOptions.ClusterStopDelay);
        builder.Services.AddGatewayHosting();
        builder.Services.AddMasterKeys(builder.Configuration);
        builder.AddClusterClient();
        builder.Services.AddDashboard();
        builder.Services.AddKeyRingDataProtection();

        var app = builder.Build();
        SettingMistakes.ThrowIfAny([.. SettingMistakes.In(app.Services)]);
        app.Services.GetRequiredService<Departure>().AllowForStop(s_end);
        app.UseDeparture();
        app.UseRequestIds();
        app.UseHostOriginGuard();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapDashboard();
        app.MapHealth();
        return app;
    }

    // It starts to listen when it has found a silo, and pages say by themselves when silos are away: whoever can ask is ready, until it is told to stop.
    private static void MapHealth(this WebApplication app)
    {
        foreach (var path in (string[])["/health", "/startup"])
        {
            app.MapGet(path, () => TypedResults.Json(new { Status = "ok" }));
        }

        app.MapGet("/ready", (Departure departure) => departure.IsLeaving
            ? Results.Problem("This node stops.", statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Json(new { Status = "ok" }));
    }
}

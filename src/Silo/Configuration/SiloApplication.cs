using System.Net;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Upstreams;
using McpGateway.Silo.Health;

namespace McpGateway.Silo.Configuration;

/// <summary>A silo as an application: the table of contents of what it consists of.</summary>
internal static class SiloApplication
{
    public const string DefaultUrls = "http://127.0.0.1:8081";

    // Grains end what they hold, and processes are given time to leave.
    private static readonly TimeSpan s_handOver = TimeSpan.FromSeconds(40);

    /// <param name="urls">Where health is told of.</param>
    /// <param name="configure">Changes settings and services before the application is built.</param>
    /// <exception cref="GatewayStartException">The configuration has mistakes; the message lists them.</exception>
    public static WebApplication Build(string urls, Action<WebApplicationBuilder>? configure = null)
    {
        ProcessHardening.HideFromChildren();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Configuration.AddEnvironmentVariables(GatewayProgram.EnvironmentPrefix);
        builder.Configuration["urls"] = urls;
        configure?.Invoke(builder);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_handOver);
        builder.AddSilo();

        var app = builder.Build();
        SettingMistakes.ThrowIfAny([.. SettingMistakes.In(app.Services), .. FirstAdministrator.Mistakes(app.Configuration)]);

        // Upstreams may be on this machine only as long as nobody from elsewhere can ask for it, and that is not here.
        app.Services.GetRequiredService<AddressGuard>().ListenersAreLoopback = IsOnLoopback(app.Configuration["Cluster:AdvertisedAddress"]);
        app.MapSiloHealth();
        return app;
    }

    private static bool IsOnLoopback(string? address) => address is null || (IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed));
}

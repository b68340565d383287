using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Admin;
using McpGateway.Frontend.Mcp;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Telemetry;
using McpGateway.Gateway.Upstreams;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Configuration;

/// <summary>The gateway as an application: the table of contents of what it consists of. Tests build the same one.</summary>
internal static partial class GatewayApplication
{
    public const string DefaultUrls = "http://127.0.0.1:4444";

    private const long ReadToTheEnd = 1024 * 1024;

    /// <param name="urls">Where to listen.</param>
    /// <param name="dataFolder">Overrides the setting <c>Storage:DataFolder</c>.</param>
    /// <param name="configure">Changes settings and services before the application is built.</param>
    /// <param name="grains">Grains that another application of this process runs: this one is then a frontend alone, as in the cluster.</param>
    public static WebApplication Build(
        string urls, string? dataFolder = null, Action<WebApplicationBuilder>? configure = null, IGrains? grains = null)
    {
        ProcessHardening.HideFromChildren();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Configuration.AddEnvironmentVariables(GatewayProgram.EnvironmentPrefix);
        builder.Configuration["urls"] = urls;
        if (dataFolder is not null)
        {
            builder.Configuration["Storage:DataFolder"] = dataFolder;
        }

        // Its scope and activity would cost each call more than its own token check; what it would log, ProblemMiddleware logs.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        configure?.Invoke(builder);
        builder.Services.AddTelemetry();
        builder.Services.AddMasterKeys(builder.Configuration);
        builder.Services.AddUpstreamTransports();
        // Before what calls grains: services stop in the reverse order, and the last counts are still to be taken.
        if (grains is null)
        {
            AddEdition(builder);
        }
        else
        {
            builder.Services.AddSingleton(grains);
        }

        builder.Services.AddAdminApi();
        builder.Services.AddMcpEndpoints();

        var app = builder.Build();
        StartChecks.Run(app.Services, app.Configuration);

        // The server was made with the application; with settings that are not checked yet it would fail that with the first mistake instead of all.
        ConfigureKestrel(app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value, app.Services.GetRequiredService<IOptions<HttpOptions>>().Value);
        app.Services.GetRequiredService<AddressGuard>().ListenersAreLoopback = ListensOnLoopbackOnly(builder.Configuration["urls"]);
        app.UseDeparture();
        app.UseRequestIds();
        app.UseProblemAnswers();
        app.UseHostOriginGuard();
        // From here on calls go straight to their endpoint (ShortCircuit); what follows is for pages.
        app.UseRouting();
        app.MapMcpEndpoints();
        app.MapAdminApi();
        if (grains is null)
        {
            MapEdition(app);
        }

        return app;
    }

    /// <summary>Opens what the edition keeps its rows in, before anything starts.</summary>
    /// <exception cref="GatewayStartException">It cannot be opened; the message says why and what to do.</exception>
    public static partial Task OpenEditionAsync(WebApplication app, CancellationToken cancellationToken);

    private static partial void AddEdition(WebApplicationBuilder builder);

    private static partial void MapEdition(WebApplication app);

    private static void ConfigureKestrel(KestrelServerOptions kestrel, HttpOptions http)
    {
        kestrel.AddServerHeader = false;
        // The endpoints refuse what is over the limit, in words. Kestrel's own limit, at which it cuts the connection, is further off: it
        // reads the rest of a body that is somewhat too large, so that the client gets to see the refusal.
        kestrel.Limits.MaxRequestBodySize = (2 * http.MaxRequestBodyBytes) + ReadToTheEnd;
    }

    private static bool ListensOnLoopbackOnly(string? urls) =>
        urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(Listeners.IsLoopback) ?? false;
}

using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Dashboard.Configuration;

/// <summary>
/// Serves the dashboard's assets (scripts, styles, fonts) as the host's build laid them out. Each host's build writes a manifest of the
/// assets' addresses; a built one, as against a published one, has a second manifest that tells in which folders they lie.
/// </summary>
internal static partial class AssetManifest
{
    private const string Addresses = ".staticwebassets.endpoints.json";
    private const string Folders = ".staticwebassets.runtime.json";

    public static void MapAssets(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var environment = services.GetRequiredService<IWebHostEnvironment>();
        if (Find(AppContext.BaseDirectory, environment.ApplicationName) is not { } addresses)
        {
            LogNoAssets(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AssetManifest)), AppContext.BaseDirectory);
            return;
        }

        // The framework reads this one by itself only in the environment Development.
        var folders = addresses[..^Addresses.Length] + Folders;
        if (File.Exists(folders))
        {
            var settings = new ConfigurationBuilder()
                .AddInMemoryCollection([new(WebHostDefaults.StaticWebAssetsKey, folders)])
                .Build();
            StaticWebAssetsLoader.UseStaticWebAssets(environment, settings);
        }

        endpoints.MapStaticAssets(addresses).WithSecurityHeaders();
    }

    /// <summary>
    /// The application's own manifest, or, where another program hosts the gateway (a test), that of the host it was built with: the one
    /// that knows our assets under the address that pages use.
    /// </summary>
    internal static string? Find(string folder, string applicationName)
    {
        var own = Path.Combine(folder, applicationName + Addresses);
        return File.Exists(own)
            ? own
            : Directory.EnumerateFiles(folder, "*" + Addresses).Order(StringComparer.Ordinal).FirstOrDefault(KnowsOurs);
    }

    private static bool KnowsOurs(string path) =>
        File.ReadAllText(path, Encoding.UTF8).Contains("\"_content/McpGateway.Dashboard/dashboard.js\"", StringComparison.Ordinal);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The dashboard has no scripts and styles: there is no asset manifest in {Folder}. Build or publish the host as a web project.")]
    private static partial void LogNoAssets(ILogger logger, string folder);
}

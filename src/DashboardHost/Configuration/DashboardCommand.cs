using System.CommandLine;
using McpGateway.Gateway.Hosting;

namespace McpGateway.DashboardHost.Configuration;

/// <summary>The command line: serve the pages.</summary>
internal static class DashboardCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => DashboardApplication.DefaultUrls };
        var root = new RootCommand("The dashboard of a McpGateway cluster.") { urls };
        root.SetAction((parsed, cancellationToken) => ServeAsync(parsed.GetRequiredValue(urls), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> ServeAsync(string urls, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = DashboardApplication.Build(urls);
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (GatewayStartException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
    }
}

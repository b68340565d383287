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
        root.SetAction((parsed, cancellationToken) => GatewayProgram.RunAsync(() => ServeAsync(parsed.GetRequiredValue(urls), cancellationToken)));
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = GatewayProgram.LongestEnd });
    }

    private static async Task ServeAsync(string urls, CancellationToken cancellationToken)
    {
        await using var app = DashboardApplication.Build(urls);
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }
}

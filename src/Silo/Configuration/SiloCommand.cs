using System.CommandLine;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Silo.Configuration;

/// <summary>The command line: serve as a silo (the default), or bring the database up to date and end.</summary>
internal static class SiloCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where /health, /ready and /startup are answered.",
            DefaultValueFactory = _ => SiloApplication.DefaultUrls,
        };
        var root = new RootCommand("A silo of McpGateway: runs the grains of a cluster.") { urls };
        root.SetAction((parsed, cancellationToken) => GatewayProgram.RunAsync(() => ServeAsync(parsed.GetRequiredValue(urls), cancellationToken)));

        var migrate = new Command("migrate", "Brings the database up to date and ends. Safe to run again, and from several places at once.");
        migrate.SetAction((_, cancellationToken) => GatewayProgram.RunAsync(() => MigrateAsync(cancellationToken)));
        root.Subcommands.Add(migrate);
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = GatewayProgram.LongestEnd });
    }

    private static async Task ServeAsync(string urls, CancellationToken cancellationToken)
    {
        await using var app = SiloApplication.Build(urls);
        await SiloDatabase.OpenAsync(app.Services, cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            // What has started must not outlive what it stands on: Orleans would end the process in its own, much less readable way.
            await app.StopAsync(CancellationToken.None);
            throw;
        }

        app.Services.GetRequiredService<FirstAdministrator>().Announce();
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var host = MigrationJob.Build();
        await SiloDatabase.MigrateAsync(host.Services, cancellationToken);
    }
}

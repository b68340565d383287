using System.Data.Common;
using McpGateway.Gateway.Hosting;
using McpGateway.Storage;
using McpGateway.Storage.Orleans;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace McpGateway.Silo.Configuration;

/// <summary>The one database of a cluster: the gateway's rows, the states of grains and, where it is wanted, the membership.</summary>
internal static class SiloDatabase
{
    private const string Provider = $"{Section}:{nameof(StorageOptions.Provider)}";
    private const string ConnectionString = $"{Section}:{nameof(StorageOptions.ConnectionString)}";
    private const string Section = "Storage";

    public static void AddSiloDatabase(this IHostApplicationBuilder builder)
    {
        builder.Configuration[Provider] ??= StorageOptions.Postgres;
        builder.Services.AddGatewayStorage(options => builder.Configuration.GetSection(Section).Bind(options));
        builder.Services.AddOptions<StorageOptions>().Validate(
            options => string.Equals(options.Provider, StorageOptions.Postgres, StringComparison.OrdinalIgnoreCase),
            $"{Provider} must be '{StorageOptions.Postgres}': a cluster's nodes share one database.");
    }

    /// <summary>Points Orleans' storage of states at the same database.</summary>
    public static void Use(AdoNetGrainStorageOptions options, IConfiguration configuration)
    {
        options.Invariant = "Npgsql";
        options.ConnectionString = configuration[ConnectionString];

        // A state that is cleared is one that nobody will ask for again.
        options.DeleteStateOnClear = true;
    }

    /// <summary>Waits for the database and brings it up to date, or checks that it is (<c>Storage:MigrateAtStart</c>).</summary>
    /// <exception cref="GatewayStartException">It cannot be used; the message says why.</exception>
    public static Task OpenAsync(IServiceProvider services, CancellationToken cancellationToken) => OrExplainAsync(async () =>
    {
        await services.GetRequiredService<GatewayDatabase>().InitializeAsync(cancellationToken);
        var options = OptionsOf(services);
        if (options.MigrateAtStart)
        {
            await OrleansSchema.ApplyAsync(options.ConnectionString!, cancellationToken);
        }
        else if (!await OrleansSchema.IsCurrentAsync(options.ConnectionString!, cancellationToken))
        {
            throw new InvalidOperationException("It lacks the cluster's tables of this version. Run 'McpGateway.Silo migrate' first, or set Storage:MigrateAtStart to true.");
        }
    });

    /// <summary>Waits for the database and brings it up to date.</summary>
    /// <exception cref="GatewayStartException">It cannot be used; the message says why.</exception>
    public static Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) => OrExplainAsync(async () =>
    {
        await services.GetRequiredService<GatewayDatabase>().MigrateAsync(cancellationToken);
        await OrleansSchema.ApplyAsync(OptionsOf(services).ConnectionString!, cancellationToken);
    });

    private static StorageOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;

    private static async Task OrExplainAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            throw new GatewayStartException($"The database cannot be used. {exception.Message}", exception);
        }
    }
}

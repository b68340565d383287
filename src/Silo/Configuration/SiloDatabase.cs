using System.Data.Common;
using System.Net.Sockets;
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

    // It may be starting at the same time as we.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

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
    public static Task OpenAsync(IServiceProvider services, CancellationToken cancellationToken) => WhenReachableAsync(
        services,
        async token =>
        {
            await services.GetRequiredService<GatewayDatabase>().InitializeAsync(token);
            var options = OptionsOf(services);
            if (options.MigrateAtStart)
            {
                await OrleansSchema.ApplyAsync(options.ConnectionString!, token);
            }
            else if (!await OrleansSchema.IsCurrentAsync(options.ConnectionString!, token))
            {
                throw new GatewayStartException("The database lacks the cluster's tables of this version. Run 'McpGateway.Silo migrate' first, or set Storage:MigrateAtStart to true.");
            }
        },
        cancellationToken);

    /// <summary>Waits for the database and brings it up to date.</summary>
    /// <exception cref="GatewayStartException">It cannot be used; the message says why.</exception>
    public static Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) => WhenReachableAsync(
        services,
        async token =>
        {
            await services.GetRequiredService<GatewayDatabase>().MigrateAsync(token);
            await OrleansSchema.ApplyAsync(OptionsOf(services).ConnectionString!, token);
        },
        cancellationToken);

    private static StorageOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;

    private static async Task WhenReachableAsync(IServiceProvider services, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (Exception exception) when (MayPass(exception) && time.GetElapsedTime(began) < s_patience)
            {
                await Console.Error.WriteLineAsync($"The database is not there yet: {exception.Message}");
                await Task.Delay(s_pause, time, cancellationToken);
            }
            catch (Exception exception) when (exception is DbException or InvalidOperationException or SocketException)
            {
                throw new GatewayStartException($"The database cannot be used. {exception.Message}", exception);
            }
        }
    }

    private static bool MayPass(Exception exception) => exception is DbException { IsTransient: true } or SocketException;
}

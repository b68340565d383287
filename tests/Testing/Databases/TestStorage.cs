using McpGateway.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpGateway.Testing.Databases;

/// <summary>
/// The database of one gateway under test, migrated and empty: a SQLite file in the gateway's data folder, or, where the environment variable
/// <see cref="Variable"/> is <c>postgres</c>, a database of its own on a PostgreSQL server that all tests of the process share.
/// </summary>
public sealed class TestStorage : IAsyncDisposable
{
    /// <summary>Says which database gateways under test have: <c>sqlite</c> (default) or <c>postgres</c>.</summary>
    public const string Variable = "MCPGATEWAY_TEST_STORAGE";

    // So few that a gateway which keeps connections to itself shows.
    private const string FewConnections = ";Maximum Pool Size=10";

    private static readonly Lazy<Task<byte[]>> s_sqliteTemplate = new(MakeSqliteTemplateAsync);
    private static readonly Lazy<Task<(PostgresServer Server, string Template)>> s_postgres = new(StartPostgresAsync);
    private static readonly SemaphoreSlim s_copying = new(1);

    private readonly StorageOptions _options;
    private readonly PostgresServer? _server;
    private readonly string? _database;

    private TestStorage(StorageOptions options, PostgresServer? server, string? database) =>
        (_options, _server, _database) = (options, server, database);

    /// <summary>True where gateways under test have PostgreSQL.</summary>
    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or StorageOptions.Sqlite => false,
        StorageOptions.Postgres => true,
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; it must be 'sqlite' or 'postgres'."),
    };

    /// <summary>What a gateway needs to be told beside its data folder, as configuration keys.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings => _options.ConnectionString is { } connection
        ? [new("Storage:Provider", _options.Provider), new("Storage:ConnectionString", connection)]
        : [];

    /// <summary><see cref="Settings"/> as environment variables of a gateway that runs as a process.</summary>
    public (string Name, string Value)[] EnvironmentVariables =>
        [.. Settings.Select(setting => ("MCPGATEWAY_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))];

    /// <summary>Makes the database of the gateway that has this data folder.</summary>
    public static async Task<TestStorage> CreateAsync(string dataFolder)
    {
        if (!IsPostgres)
        {
            await File.WriteAllBytesAsync(Path.Combine(dataFolder, "gateway.db"), await s_sqliteTemplate.Value);
            return new TestStorage(new StorageOptions { DataFolder = dataFolder }, null, null);
        }

        var (server, template) = await s_postgres.Value;
        // A template must have no connection while it is copied, and copying is one.
        await s_copying.WaitAsync();
        try
        {
            var database = await server.CreateDatabaseAsync(template);
            return new TestStorage(PostgresOptions(server, database), server, database);
        }
        finally
        {
            s_copying.Release();
        }
    }

    /// <summary>For <c>AddGatewayStorage</c>.</summary>
    public void Configure(StorageOptions options) =>
        (options.Provider, options.ConnectionString, options.DataFolder) = (_options.Provider, _options.ConnectionString, _options.DataFolder);

    /// <summary>Everything that is stored, in the database's own form: where a secret must not be found.</summary>
    public async Task<byte[]> DumpAsync() => _server is not null
        ? await _server.DumpAsync(_database!)
        : [.. Directory.GetFiles(_options.DataFolder, "gateway.db*")
            .Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .SelectMany(ReadShared)];

    /// <summary>Drops the database; a SQLite file goes with its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DropDatabaseAsync(_database!);
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task<byte[]> MakeSqliteTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mcpg-template-");
        try
        {
            await MigrateAsync(new StorageOptions { DataFolder = folder.FullName });
            return await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "gateway.db"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(PostgresServer, string)> StartPostgresAsync()
    {
        var server = await PostgresServer.TryStartAsync()
            ?? throw new InvalidOperationException($"{Variable} is 'postgres', and PostgreSQL is not installed (no initdb under /usr/lib/postgresql/*/bin).");
        var template = await server.CreateDatabaseAsync();
        await MigrateAsync(PostgresOptions(server, template));
        return (server, template);
    }

    private static async Task MigrateAsync(StorageOptions options)
    {
        using var database = new GatewayDatabase(Options.Create(options), TimeProvider.System, NullLoggerFactory.Instance);
        await database.InitializeAsync(CancellationToken.None);
    }

    private static StorageOptions PostgresOptions(PostgresServer server, string database) =>
        new() { Provider = StorageOptions.Postgres, ConnectionString = server.ConnectionString(database) + FewConnections };
}

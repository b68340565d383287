using McpGateway.Storage.Tests;
using McpGateway.Testing.Databases;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

[assembly: AssemblyFixture(typeof(TestDatabases))]

namespace McpGateway.Storage.Tests;

/// <summary>Makes databases for tests: SQLite files in a temporary folder, and databases of one PostgreSQL server for the whole assembly.</summary>
public sealed class TestDatabases : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcpg-storage-").FullName;
    private readonly SemaphoreSlim _postgresCreation = new(1);
    private PostgresServer? _postgres;
    private string? _template;
    private int _count;

    public async ValueTask InitializeAsync() => _postgres = await PostgresServer.TryStartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _postgresCreation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An open, empty database.</summary>
    public async Task<GatewayDatabase> CreateAsync(DatabaseKind kind, TimeProvider? time = null, Action<StorageOptions>? configure = null)
    {
        var options = await OptionsAsync(kind);
        configure?.Invoke(options);
        var database = Open(options, time);
        await database.InitializeAsync(TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>Opens what <paramref name="options"/> name; the caller initializes it.</summary>
    public static GatewayDatabase Open(StorageOptions options, TimeProvider? time = null) =>
        new(Options.Create(options), time ?? TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A folder that no other test uses.</summary>
    public string NewFolder() => Path.Combine(_folder, Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Options of a database that no other test uses. Skips the test where there is no PostgreSQL.</summary>
    public async Task<StorageOptions> OptionsAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            return new StorageOptions { DataFolder = NewFolder() };
        }

        Assert.SkipWhen(_postgres is null, "PostgreSQL is not installed.");
        await _postgresCreation.WaitAsync();
        try
        {
            _template ??= await CreateTemplateAsync();
            return PostgresOptions(await _postgres.CreateDatabaseAsync(_template));
        }
        finally
        {
            _postgresCreation.Release();
        }
    }

    /// <summary>The PostgreSQL server of all tests. Skips the test where there is none.</summary>
    public PostgresServer Postgres
    {
        get
        {
            Assert.SkipWhen(_postgres is null, "PostgreSQL is not installed.");
            return _postgres;
        }
    }

    /// <summary>Options of a PostgreSQL database without any table.</summary>
    public async Task<StorageOptions> EmptyPostgresAsync()
    {
        Assert.SkipWhen(_postgres is null, "PostgreSQL is not installed.");
        return PostgresOptions(await _postgres.CreateDatabaseAsync());
    }

    // Copying a migrated database is ten times as fast as migrating an empty one.
    private async Task<string> CreateTemplateAsync()
    {
        var name = await _postgres!.CreateDatabaseAsync();
        using var database = Open(PostgresOptions(name));
        await database.InitializeAsync(TestContext.Current.CancellationToken);
        return name;
    }

    private StorageOptions PostgresOptions(string database) =>
        new() { Provider = StorageOptions.Postgres, ConnectionString = _postgres!.ConnectionString(database) };
}

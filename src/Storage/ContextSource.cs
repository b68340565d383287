using McpGateway.Storage.Postgres;
using McpGateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace McpGateway.Storage;

/// <summary>Pooled contexts of the configured database.</summary>
internal sealed class ContextSource : IDisposable
{
    private const int PoolSize = 64;

    // A list of ids goes over as one parameter: one each would pass SQLite's limit with a virtual server of thousands of tools.
    private const ParameterTranslationMode Lists = ParameterTranslationMode.Parameter;

    private readonly Func<GatewayDbContext> _create;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqliteConnection;

    public ContextSource(StorageOptions options, ILoggerFactory loggerFactory)
    {
        if (options.IsPostgres)
        {
            Postgres = PostgresConnections.Parse(options);
            _postgres = NpgsqlDataSource.Create(Postgres);
            var builder = new DbContextOptionsBuilder<PostgresGatewayDbContext>().UseNpgsql(
                _postgres, npgsql => npgsql.UseParameterizedCollectionMode(Lists));
            var factory = new PooledDbContextFactory<PostgresGatewayDbContext>(Complete(builder, loggerFactory).Options, PoolSize);
            _create = factory.CreateDbContext;
        }
        else
        {
            var connection = SqliteConnectionOf(options);
            SqliteFile = Path.GetFullPath(connection.DataSource);
            connection.DataSource = SqliteFile;
            _sqliteConnection = connection.ToString();
            MakeForOwner(SqliteFile);
            var builder = new DbContextOptionsBuilder<SqliteGatewayDbContext>()
                .UseSqlite(_sqliteConnection, sqlite => sqlite.UseParameterizedCollectionMode(Lists))
                .AddInterceptors(new SqlitePragmas());
            var factory = new PooledDbContextFactory<SqliteGatewayDbContext>(Complete(builder, loggerFactory).Options, PoolSize);
            _create = factory.CreateDbContext;
        }
    }

    /// <summary>The database's file; null on PostgreSQL.</summary>
    public string? SqliteFile { get; }

    /// <summary>How PostgreSQL is reached; null on SQLite.</summary>
    public NpgsqlConnectionStringBuilder? Postgres { get; }

    public GatewayDbContext Create() => _create();

    public void Dispose()
    {
        _postgres?.Dispose();
        if (_sqliteConnection is not null)
        {
            // Closes the idle connections, and with the last one SQLite folds the write-ahead log into the file.
            using var connection = new SqliteConnection(_sqliteConnection);
            SqliteConnection.ClearPool(connection);
        }
    }

    private static SqliteConnectionStringBuilder SqliteConnectionOf(StorageOptions options) =>
        string.IsNullOrWhiteSpace(options.ConnectionString)
            ? new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.DataFolder, "gateway.db") }
            : new SqliteConnectionStringBuilder(options.ConnectionString);

    /// <summary>Nobody else on the machine shall read what users and tokens there are. SQLite's own files beside it get the same mode.</summary>
    private static void MakeForOwner(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (!OperatingSystem.IsWindows() && !File.Exists(file))
        {
            using var made = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }

    private static DbContextOptionsBuilder<T> Complete<T>(DbContextOptionsBuilder<T> builder, ILoggerFactory loggerFactory)
        where T : DbContext =>
        builder
            .UseLoggerFactory(loggerFactory)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)

            // Conflicts are expected and answered as such; whatever is not is thrown and logged by who catches it.
            .ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                (CoreEventId.OptimisticConcurrencyException, LogLevel.Debug),
                (RelationalEventId.CommandExecuted, LogLevel.Trace)));
}

using System.Diagnostics;
using McpGateway.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace McpGateway.Storage;

public sealed partial class GatewayDatabase
{
    // Any number that nobody else in the database locks.
    private const long MigrationLock = 0x6d63_7067_7461_6265;

    // Of one step, or of waiting for another process's.
    private static readonly TimeSpan s_longestMigration = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Opens the database: locks the SQLite file against other processes and brings the schema up to date (or, where a migration job
    /// does that, checks that it is).
    /// </summary>
    /// <exception cref="InvalidOperationException">Another process has the file, or the schema is not up to date; the text says what to do.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (_ready)
        {
            return;
        }

        if (_contexts.Postgres is { } connection)
        {
            await OpenPostgresAsync(connection, cancellationToken);
        }
        else
        {
            _lock ??= DatabaseFileLock.Take(_contexts.SqliteFile!);
            await BringUpToDateAsync(cancellationToken);
        }

        _ready = true;
    }

    // The server may be starting too.
    private async Task OpenPostgresAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (_options.SingleProcess)
                {
                    _lock ??= await PostgresProcessLock.TakeAsync(connection, _logger, cancellationToken);
                }

                await BringUpToDateAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (PostgresStart.Explain(exception, connection) is { } reason)
            {
                if (PostgresFailures.Of(exception) != PostgresFailure.Lost || Stopwatch.GetElapsedTime(started) > _options.StartWait)
                {
                    throw new InvalidOperationException(reason, exception);
                }

                if (attempt == 1)
                {
                    LogWaiting(_options.StartWait.TotalSeconds, reason);
                }
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    private Task BringUpToDateAsync(CancellationToken cancellationToken) =>
        _options.MigrateAtStart ? MigrateAsync(cancellationToken) : ThrowUnlessUpToDateAsync(cancellationToken);

    /// <summary>Brings the schema up to date. Safe to run from several processes at once on PostgreSQL.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
        if (_options.IsPostgres)
        {
            await MigratePostgresAsync(context, cancellationToken);
            return;
        }

        await PrepareSqliteAsync(context, cancellationToken);
        await MigrateAsync(context, cancellationToken);
    }

    // EF locks for each migration anew and does not look again at what is pending: between two of them another process would make the same
    // change. The lock is the connection's and goes with it.
    private async Task MigratePostgresAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        context.Database.SetCommandTimeout(s_longestMigration);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0", cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
        try
        {
            await MigrateAsync(context, cancellationToken);
        }
        finally
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
        }
    }

    private async Task MigrateAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        LogMigrating(pending.Count, pending[^1]);
        await context.Database.MigrateAsync(cancellationToken);
    }

    private async Task ThrowUnlessUpToDateAsync(CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0)
        {
            throw new InvalidOperationException(
                $"The database lacks {pending.Count} migration(s), the last one '{pending[^1]}'. Run the migration job, or set Storage:MigrateAtStart to true.");
        }
    }

    // A process that was killed in the middle of a migration leaves EF's lock behind, and the next one would wait for it for ever. The
    // file is ours alone, so nobody else can be migrating it.
    private static async Task PrepareSqliteAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        var locks = await context.Database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (locks > 0)
        {
            await context.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsLock", cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for the database, for {Seconds:F0} s at most. {Reason}")]
    private partial void LogWaiting(double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Applying {Count} database migration(s), up to {Last}.")]
    private partial void LogMigrating(int count, string last);
}

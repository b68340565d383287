using System.Diagnostics;
using McpGateway.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

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

        if (_contexts.SqliteFile is { } file)
        {
            _lock ??= DatabaseFileLock.Take(file);
        }
        else if (_options.SingleProcess)
        {
            await WhenReachableAsync(
                async token => _lock ??= await PostgresProcessLock.TakeAsync(_contexts.Postgres!, _logger, token), cancellationToken);
        }

        if (_options.MigrateAtStart)
        {
            await MigrateAsync(cancellationToken);
        }
        else
        {
            await WhenReachableAsync(ThrowUnlessUpToDateAsync, cancellationToken);
        }

        _ready = true;
    }

    /// <summary>Brings the schema up to date. Safe to run from several processes at once on PostgreSQL.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used; the text says why.</exception>
    public Task MigrateAsync(CancellationToken cancellationToken) =>
        WhenReachableAsync(_options.IsPostgres ? MigratePostgresAsync : MigrateSqliteAsync, cancellationToken);

    // A PostgreSQL server may be starting too.
    private async Task WhenReachableAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (Exception exception) when (_contexts.Postgres is { } connection && PostgresStart.Explain(exception, connection) is { } reason)
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

    private async Task MigrateSqliteAsync(CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
        await PrepareSqliteAsync(context, cancellationToken);
        await MigrateAsync(context, cancellationToken);
    }

    // EF locks for each migration anew and does not look again at what is pending: between two of them another process would make the same
    // change. The lock is the connection's and goes with it.
    private async Task MigratePostgresAsync(CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
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

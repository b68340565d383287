using McpGateway.Abstractions.Administration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace McpGateway.Storage;

/// <summary>
/// The one way to the gateway's rows. Reads run side by side and track nothing. A write is one transaction: the change, its audit rows
/// and its feed rows are there together or not at all. SQLite has one writer at a time, PostgreSQL a bounded number.
/// </summary>
public sealed partial class GatewayDatabase : IDisposable
{
    // Each collision on PostgreSQL means that another writer won, so this many in a row are a mistake rather than bad luck.
    private const int MaxAttempts = 8;

    // The advisory lock under which feed ids are given on PostgreSQL ("mcpgfeed").
    private const long FeedLock = 0x6d63706766656564;

    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ContextSource _contexts;
    private readonly WriteQueue _writes;
    private DatabaseFileLock? _fileLock;
    private volatile bool _ready;

    public GatewayDatabase(IOptions<StorageOptions> options, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _options = options.Value;
        _time = time;
        _logger = loggerFactory.CreateLogger<GatewayDatabase>();
        _contexts = new ContextSource(_options, loggerFactory);
        _writes = new WriteQueue(
            _options.IsPostgres ? _options.MaxConcurrentWrites : 1, _options.MaxWaitingWrites, _options.WriteWait, time);
    }

    /// <summary>Called after every commit that wrote a feed row, not awaited: the host points it at the feed's grain.</summary>
    public Func<Task>? OnFeedWritten { get; set; }

    /// <summary>Reads. The context must not be used after <paramref name="work"/> is over, nor be written with.</summary>
    public async Task<T> ReadAsync<T>(Func<GatewayDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowUnlessReady();
        await using var context = _contexts.Create();
        return await work(context, cancellationToken);
    }

    /// <summary>
    /// Writes in one transaction, which commits when <paramref name="work"/> returns; what is still unsaved then is saved. An exception
    /// rolls everything back.
    /// </summary>
    /// <remarks>On PostgreSQL the work runs again, on a fresh context, when another writer got in its way: it must not do anything but write rows.</remarks>
    /// <exception cref="UniqueConflictException">A unique constraint was broken.</exception>
    /// <exception cref="DatabaseBusyException">Too many writes wait.</exception>
    public Task<T> WriteAsync<T>(Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, static _ => true, cancellationToken);

    /// <summary>As <see cref="WriteAsync{T}(Func{GatewayDbContext, ChangeLog, CancellationToken, Task{T}}, CancellationToken)"/>, but a refusal rolls back, and a busy database is a refusal.</summary>
    public async Task<Outcome<T>> TryWriteAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(work, static outcome => outcome.Succeeded, cancellationToken);
        }
        catch (DatabaseBusyException exception)
        {
            return Refusal.Unavailable(exception.Message + " Try again in a moment.");
        }
    }

    /// <summary>A write without an answer.</summary>
    public Task WriteAsync(Func<GatewayDbContext, ChangeLog, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (context, log, token) =>
            {
                await work(context, log, token);
                return true;
            },
            cancellationToken);

    public void Dispose()
    {
        _ready = false;
        _contexts.Dispose();
        _writes.Dispose();
        _fileLock?.Dispose();
    }

    private async Task<T> WriteAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, Func<T, bool> keep, CancellationToken cancellationToken)
    {
        ThrowUnlessReady();
        (T Result, bool Told) written;
        using (await _writes.EnterAsync(cancellationToken))
        {
            written = await WriteInTurnAsync(work, keep, cancellationToken);
        }

        if (written.Told)
        {
            _ = TellAsync();
        }

        return written.Result;
    }

    private async Task<(T Result, bool Told)> WriteInTurnAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, Func<T, bool> keep, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(work, keep, cancellationToken);
            }
            catch (DbUpdateException exception) when (UniqueConflictException.ConstraintOf(exception) is { } constraint)
            {
                throw new UniqueConflictException(constraint, exception);
            }
            catch (Exception exception) when (attempt < MaxAttempts && _options.IsPostgres && IsCollision(exception))
            {
                LogCollision(exception, attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 * attempt)), _time, cancellationToken);
            }
        }
    }

    private async Task<(T Result, bool Told)> WriteOnceAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, Func<T, bool> keep, CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;

        // On SQLite this is BEGIN IMMEDIATE: what the work reads cannot change before it commits.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var log = new ChangeLog(_time);
        var result = await work(context, log, cancellationToken);
        if (!keep(result))
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return (result, false);
        }

        await context.SaveChangesAsync(cancellationToken);
        context.Audit.AddRange(log.AuditEntries);
        await context.SaveChangesAsync(cancellationToken);
        await WriteFeedAsync(context, log, cancellationToken);

        // From here on the answer is the database's: a cancelled commit would leave the caller in doubt.
        await transaction.CommitAsync(CancellationToken.None);
        return (result, log.Changes.Count > 0);
    }

    // Ids must grow in commit order. SQLite has one writer; on PostgreSQL the lock is held from giving the ids until the commit, and
    // taken last, so that it is held for a moment only.
    private async Task WriteFeedAsync(GatewayDbContext context, ChangeLog log, CancellationToken cancellationToken)
    {
        if (log.Changes.Count == 0)
        {
            return;
        }

        if (_options.IsPostgres)
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FeedLock})", cancellationToken);
        }

        context.Changes.AddRange(log.Changes);
        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task TellAsync()
    {
        try
        {
            if (OnFeedWritten is { } tell)
            {
                await tell();
            }
        }
        catch (Exception exception)
        {
            // The feed's grain looks by itself twice a second; the nudge only makes it quicker.
            LogNudgeFailed(exception);
        }
    }

    private static bool IsCollision(Exception exception) =>
        exception is DbUpdateConcurrencyException
        || (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.ForeignKeyViolation;

    private void ThrowUnlessReady()
    {
        if (!_ready)
        {
            throw new InvalidOperationException("The database is not open: InitializeAsync has not run, or it was disposed.");
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Another writer got in the way of a write (attempt {Attempt}); it runs again.")]
    private partial void LogCollision(Exception exception, int attempt);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The change feed could not be nudged.")]
    private partial void LogNudgeFailed(Exception exception);
}

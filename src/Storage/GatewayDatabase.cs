using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Storage;

/// <summary>
/// The one way to the gateway's rows. Reads run side by side and track nothing. A write is one transaction: the change, its audit rows
/// and its feed rows are there together or not at all. SQLite has one writer at a time, PostgreSQL a bounded number.
/// </summary>
public sealed partial class GatewayDatabase : IDisposable
{
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ContextSource _contexts;
    private readonly WriteQueue _writes;
    private IDisposable? _lock;
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
    /// <remarks>On PostgreSQL the work runs again when the connection was lost.</remarks>
    /// <exception cref="StorageUnavailableException">The database is away.</exception>
    public Task<T> ReadAsync<T>(Func<GatewayDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ThrowUnlessReady();
        return RepeatAsync(
            async token =>
            {
                await using var context = _contexts.Create();
                return await work(context, token);
            },
            cancellationToken);
    }

    /// <summary>
    /// Writes in one transaction, which commits when <paramref name="work"/> returns; what is still unsaved then is saved. An exception
    /// rolls everything back.
    /// </summary>
    /// <remarks>
    /// On PostgreSQL the work runs again, on a fresh context, when another writer got in its way or the connection was lost before the
    /// commit: it must not do anything but write rows.
    /// </remarks>
    /// <exception cref="UniqueConflictException">A unique constraint was broken.</exception>
    /// <exception cref="StorageUnavailableException">Too many writes wait, or the database is away; nothing was changed.</exception>
    /// <exception cref="TimeoutException">The database went away with the commit; whether it was made could not be learnt.</exception>
    public Task<T> WriteAsync<T>(Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, static _ => true, cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync{T}(Func{GatewayDbContext, ChangeLog, CancellationToken, Task{T}}, CancellationToken)"/>, but a refusal rolls
    /// back, and a busy database is a refusal. For what people change: one at a time on either database (<see cref="DecideAloneAsync"/>).
    /// </summary>
    public async Task<Outcome<T>> TryWriteAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(
                async (context, log, token) =>
                {
                    await DecideAloneAsync(context, token);
                    return await work(context, log, token);
                },
                static outcome => outcome.Succeeded,
                cancellationToken);
        }
        catch (StorageUnavailableException exception)
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
        _lock?.Dispose();
    }

    private async Task<T> WriteAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, Func<T, bool> keep, CancellationToken cancellationToken)
    {
        ThrowUnlessReady();
        (T Result, bool Told) written;
        using (await _writes.EnterAsync(cancellationToken))
        {
            written = await RepeatAsync(token => WriteOnceAsync(work, keep, token), cancellationToken);
        }

        if (written.Told)
        {
            _ = TellAsync();
        }

        return written.Result;
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

    private void ThrowUnlessReady()
    {
        if (!_ready)
        {
            throw new InvalidOperationException("The database is not open: InitializeAsync has not run, or it was disposed.");
        }

        if (_lock is PostgresProcessLock { IsHeld: false })
        {
            throw new StorageUnavailableException("Another gateway has taken the database.");
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The change feed could not be nudged.")]
    private partial void LogNudgeFailed(Exception exception);
}

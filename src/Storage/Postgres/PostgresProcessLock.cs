using Microsoft.Extensions.Logging;
using Npgsql;

namespace McpGateway.Storage.Postgres;

/// <summary>
/// What <see cref="DatabaseFileLock"/> is for SQLite: an advisory lock on a connection of its own, so that a second standalone gateway on the
/// same database is refused and a killed one leaves nothing behind. A lost connection is opened again, and the lock taken again.
/// </summary>
internal sealed partial class PostgresProcessLock : IDisposable
{
    // "mcpgsolo"
    private const string Take = "SELECT pg_try_advisory_lock(7882267362449124463)";

    // A gateway that has just been killed: its server process notices in a moment.
    private const int Attempts = 15;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly string _connectionString;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private NpgsqlConnection? _connection;

    private PostgresProcessLock(string connectionString, ILogger logger) => (_connectionString, _logger) = (connectionString, logger);

    /// <summary>False while another gateway has the lock, which it can only have got while this one's connection was lost.</summary>
    public bool IsHeld { get; private set; }

    /// <exception cref="InvalidOperationException">Another gateway has the lock.</exception>
    public static async Task<PostgresProcessLock> TakeAsync(NpgsqlConnectionStringBuilder options, ILogger logger, CancellationToken cancellationToken)
    {
        var own = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false, KeepAlive = 10 };
        var processLock = new PostgresProcessLock(own.ConnectionString, logger);
        for (var attempt = 1; !await processLock.TryTakeAsync(cancellationToken); attempt++)
        {
            if (attempt == Attempts)
            {
                processLock.Dispose();
                throw new InvalidOperationException(
                    $"Another gateway is using the database '{options.Database}' at {options.Host}. Stop it, or choose another database; "
                    + "several gateways on one database are the clustered edition.");
            }

            await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
        }

        _ = processLock.KeepAsync(processLock._stopping.Token);
        return processLock;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _connection?.Dispose();
        _stopping.Dispose();
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(Take, connection);
            IsHeld = await command.ExecuteScalarAsync(cancellationToken) is true;
            if (IsHeld)
            {
                (_connection, connection) = (connection, null!);
            }

            return IsHeld;
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // Nobody notifies it: this ends with the connection.
                await _connection!.WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or ObjectDisposedException)
            {
                await TakeAgainAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TakeAgainAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } broken)
        {
            await broken.DisposeAsync();
        }

        for (var isTold = false; !cancellationToken.IsCancellationRequested;)
        {
            try
            {
                if (await TryTakeAsync(cancellationToken))
                {
                    return;
                }

                if (!isTold)
                {
                    isTold = true;
                    LogTaken();
                }
            }
            catch (NpgsqlException)
            {
                // The server is away, and nobody else has the lock either.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(s_pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another gateway has taken the database while the connection to it was lost. Nothing is read or written until it ends.")]
    private partial void LogTaken();
}

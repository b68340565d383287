using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace McpGateway.Storage;

// What is done again, and for how long: only what has not happened.
public sealed partial class GatewayDatabase
{
    // Each collision on PostgreSQL means that another writer won, so this many in a row are a mistake rather than bad luck.
    private const int MaxAttempts = 8;
    private const int MaxLooksAtACommit = 12;

    // A restart of the server takes a second or two, and the callers' own limit is five.
    private static readonly TimeSpan s_longestAway = TimeSpan.FromSeconds(3);

    // Since when the database has been away, as a timestamp; 0 while it is not. Once it is away for long, everybody is told so at once.
    private long _awaySince;

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> once, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await once(cancellationToken);
                NoteBack();
                return result;
            }
            catch (DbUpdateException exception) when (UniqueConflictException.ConstraintOf(exception) is { } constraint)
            {
                throw new UniqueConflictException(constraint, exception);
            }
            catch (Exception exception) when (_options.IsPostgres && exception is not OperationCanceledException)
            {
                switch (PostgresFailures.Of(exception))
                {
                    case PostgresFailure.Collision when attempt < MaxAttempts:
                        LogCollision(exception, attempt);
                        break;
                    case PostgresFailure.Lost when AwayFor(exception) < s_longestAway || attempt == 1:
                        break;
                    case PostgresFailure.Lost:
                        throw new StorageUnavailableException("The database is away. Nothing was changed.", exception);
                    case PostgresFailure.Slow:
                        throw new StorageUnavailableException("The database did not answer in time. Nothing was changed.", exception);
                    default:
                        throw;
                }
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    // Another program is waited for, in its time rather than the gateway's.
    private static Task PauseAsync(int attempt, CancellationToken cancellationToken) => Task.Delay(
        TimeSpan.FromMilliseconds(Random.Shared.Next(1, Math.Min(10 << Math.Min(attempt, 6), 300))), TimeProvider.System, cancellationToken);

    private TimeSpan AwayFor(Exception exception)
    {
        var now = Stopwatch.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _awaySince, now, 0);
        if (since == 0)
        {
            LogLost(exception.GetBaseException().Message);
            return TimeSpan.Zero;
        }

        return Stopwatch.GetElapsedTime(since, now);
    }

    private void NoteBack()
    {
        if (Volatile.Read(ref _awaySince) != 0 && Interlocked.Exchange(ref _awaySince, 0) is var since and not 0)
        {
            LogBack(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Another writer got in the way of a write (attempt {Attempt}); it runs again.")]
    private partial void LogCollision(Exception exception, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to the database is lost: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again, {Seconds:F1} s after the connection was lost.")]
    private partial void LogBack(double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to the database was lost with a commit, which had been made: {Committed}.")]
    private partial void LogCommitInDoubt(bool committed, Exception exception);
}

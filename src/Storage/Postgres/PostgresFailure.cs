using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace McpGateway.Storage.Postgres;

/// <summary>What a failure of PostgreSQL means for the work that met it.</summary>
internal enum PostgresFailure
{
    /// <summary>The work's own mistake, or nothing of PostgreSQL.</summary>
    Other,

    /// <summary>Another writer won. The work may run again at once.</summary>
    Collision,

    /// <summary>The connection or the server is gone, or takes no more connections. What had not committed is rolled back.</summary>
    Lost,

    /// <summary>No connection of the pool, no lock or no answer came in time.</summary>
    Slow,
}

internal static class PostgresFailures
{
    // Npgsql has no name for these two.
    private const string IdleInTransactionTimeout = "25P03";
    private const string IdleSessionTimeout = "57P05";

    /// <summary>Judges by what lies deepest: EF Core wraps a failure once or twice, depending on where it meets it.</summary>
    public static PostgresFailure Of(Exception exception)
    {
        if (exception is DbUpdateConcurrencyException)
        {
            return PostgresFailure.Collision;
        }

        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case PostgresException answered:
                    return OfState(answered.SqlState);
                case NpgsqlException { InnerException: TimeoutException }:
                    return PostgresFailure.Slow;
                case NpgsqlException { InnerException: IOException or SocketException or null }:
                    return PostgresFailure.Lost;
            }
        }

        return PostgresFailure.Other;
    }

    private static PostgresFailure OfState(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.ForeignKeyViolation =>
            PostgresFailure.Collision,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or IdleInTransactionTimeout or IdleSessionTimeout =>
            PostgresFailure.Lost,

        // A primary that has become a standby: the address leads to the new one soon.
        PostgresErrorCodes.ReadOnlySqlTransaction => PostgresFailure.Lost,
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => PostgresFailure.Slow,
        _ => state.StartsWith("08", StringComparison.Ordinal) ? PostgresFailure.Lost : PostgresFailure.Other,
    };
}

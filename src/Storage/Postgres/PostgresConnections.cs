using Npgsql;

namespace McpGateway.Storage.Postgres;

/// <summary>The connection string as it is used: what it does not say gets values that fit the gateway better than the driver's own.</summary>
internal static class PostgresConnections
{
    // Beside the writes: reads, the lock of the process.
    private const int Reads = 24;

    // A grain call has five seconds, and may have to try twice.
    private const int ConnectSeconds = 5;

    // A node that froze or vanished in the middle of a write holds its locks, the feed's among them, for no longer than this.
    private const string ServerLimits =
        "-c idle_in_transaction_session_timeout=5s -c statement_timeout=30s"
        + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    public static NpgsqlConnectionStringBuilder Parse(StorageOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        if (!connection.ShouldSerialize("Maximum Pool Size"))
        {
            connection.MaxPoolSize = options.MaxConcurrentWrites + Reads;
        }

        if (!connection.ShouldSerialize("Timeout"))
        {
            connection.Timeout = ConnectSeconds;
        }

        if (!connection.ShouldSerialize("Application Name"))
        {
            connection.ApplicationName = "mcp-gateway";
        }

        connection.Database ??= connection.Username;

        // What is said twice holds as it is said last.
        connection.Options = $"{ServerLimits} {connection.Options}".TrimEnd();
        return connection;
    }
}

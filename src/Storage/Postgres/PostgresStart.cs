using System.Net.Sockets;
using Npgsql;

namespace McpGateway.Storage.Postgres;

/// <summary>Why a database could not be opened, in words that name the setting. The connection string itself is never repeated: it may hold a password.</summary>
internal static class PostgresStart
{
    private const string Setting = "Storage:ConnectionString";

    /// <summary>Null for what is no failure of PostgreSQL.</summary>
    public static string? Explain(Exception exception, NpgsqlConnectionStringBuilder connection)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case PostgresException answered:
                    return Explain(answered, connection);
                case NpgsqlException lost:
                    return $"{Setting}: {Where(connection)} cannot be reached: {Reason(lost)}";
            }
        }

        return null;
    }

    private static string Explain(PostgresException answered, NpgsqlConnectionStringBuilder connection) => answered.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"{Setting}: {Where(connection)} refuses the user '{connection.Username}': {answered.MessageText}.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"{Setting}: there is no database '{connection.Database}' at {Where(connection)}. Create it: CREATE DATABASE \"{connection.Database}\";",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"{Setting}: the user '{connection.Username}' may not do what is needed in '{connection.Database}': {answered.MessageText}. "
            + "It needs to own the database, or the right to create tables in its schema public.",
        PostgresErrorCodes.TooManyConnections =>
            $"{Setting}: {Where(connection)} takes no more connections: {answered.MessageText}. Raise its max_connections, or lower Maximum Pool Size.",
        _ => $"{Setting}: {Where(connection)} answers {answered.SqlState}: {answered.MessageText}.",
    };

    private static string Where(NpgsqlConnectionStringBuilder connection) =>
        connection.Host!.StartsWith('/') ? $"the server at the socket in '{connection.Host}'" : $"the server '{connection.Host}:{connection.Port}'";

    private static string Reason(NpgsqlException exception) => exception.InnerException switch
    {
        SocketException socket => socket.Message + ".",
        TimeoutException => "it did not answer in time.",
        { } inner => inner.Message,
        null => exception.Message + ".",
    };
}

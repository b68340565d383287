using System.Globalization;
using Npgsql;

namespace McpGateway.Storage.Orleans;

/// <summary>
/// The tables that Orleans' ADO.NET providers work with, and the statements that they read from the table <c>OrleansQuery</c>: our own, in
/// OrleansSchema.sql. Applied as a whole, which changes nothing where it was applied before.
/// </summary>
public static class OrleansSchema
{
    private const string VersionKey = "McpGatewaySchema";

    // Any number that nobody else in the database locks.
    private const long Lock = 0x6d63_7067_7461_6f72;

    // To be raised with every change of OrleansSchema.sql. A newer one in the database is as good: the version before must be able to go on with it.
    private const int Version = 1;

    /// <summary>Brings the tables and statements up to date; several processes at once do it one after the other.</summary>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var locking = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({Lock})", connection, transaction))
        {
            await locking.ExecuteNonQueryAsync(cancellationToken);
        }

        if (!await IsCurrentAsync(connection, cancellationToken))
        {
            await using var applying = new NpgsqlCommand(ReadScript(), connection, transaction);
            await applying.ExecuteNonQueryAsync(cancellationToken);
            await using var marking = new NpgsqlCommand(
                "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($1, $2) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText",
                connection,
                transaction);
            marking.Parameters.Add(new() { Value = VersionKey });
            marking.Parameters.Add(new() { Value = Version.ToString(CultureInfo.InvariantCulture) });
            await marking.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Whether the tables and statements are those of this version, or of a later one.</summary>
    public static async Task<bool> IsCurrentAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await IsCurrentAsync(connection, cancellationToken);
    }

    private static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var looking = new NpgsqlCommand("SELECT to_regclass('orleansquery') IS NOT NULL", connection);
        if (await looking.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await using var asking = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection);
        asking.Parameters.Add(new() { Value = VersionKey });
        return int.TryParse(await asking.ExecuteScalarAsync(cancellationToken) as string, CultureInfo.InvariantCulture, out var stored) && stored >= Version;
    }

    private static string ReadScript()
    {
        using var stream = typeof(OrleansSchema).Assembly.GetManifestResourceStream("OrleansSchema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

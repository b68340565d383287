using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace McpGateway.Storage;

/// <summary>Finds everything that is wrong with <see cref="StorageOptions"/> at once.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(StorageOptions options)
    {
        var sqlite = string.Equals(options.Provider, StorageOptions.Sqlite, StringComparison.OrdinalIgnoreCase);
        if (!sqlite && !options.IsPostgres)
        {
            yield return $"Storage:Provider is '{options.Provider}'; it must be 'sqlite' or 'postgres'.";
        }

        if (options.IsPostgres && string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            yield return "Storage:ConnectionString is needed where Storage:Provider is 'postgres'.";
        }

        if (sqlite && string.IsNullOrWhiteSpace(options.ConnectionString) && string.IsNullOrWhiteSpace(options.DataFolder))
        {
            yield return "Storage:DataFolder must name a folder where Storage:Provider is 'sqlite'.";
        }

        if (!string.IsNullOrWhiteSpace(options.ConnectionString) && ConnectionStringProblem(options) is { } problem)
        {
            yield return problem;
        }

        if (options.MaxConcurrentWrites is < 1 or > 1000)
        {
            yield return $"Storage:MaxConcurrentWrites is {options.MaxConcurrentWrites}; it must be 1 to 1000.";
        }

        if (options.MaxWaitingWrites is < 1 or > 100_000)
        {
            yield return $"Storage:MaxWaitingWrites is {options.MaxWaitingWrites}; it must be 1 to 100000.";
        }

        if (options.WriteWait < TimeSpan.FromMilliseconds(1) || options.WriteWait > TimeSpan.FromMinutes(10))
        {
            yield return $"Storage:WriteWait is {options.WriteWait}; it must be more than zero and at most 10 minutes.";
        }

        if (options.StartWait < TimeSpan.Zero || options.StartWait > TimeSpan.FromMinutes(10))
        {
            yield return $"Storage:StartWait is {options.StartWait}; it must be zero to 10 minutes.";
        }
    }

    // The text itself stays out of the message: it may hold a password.
    private static string? ConnectionStringProblem(StorageOptions options)
    {
        try
        {
            DbConnectionStringBuilder parsed = options.IsPostgres
                ? new NpgsqlConnectionStringBuilder(options.ConnectionString)
                : new SqliteConnectionStringBuilder(options.ConnectionString);
            return parsed switch
            {
                NpgsqlConnectionStringBuilder { Host: null or "" } => "Storage:ConnectionString names no Host.",
                SqliteConnectionStringBuilder { DataSource: "" or ":memory:" } or SqliteConnectionStringBuilder { Mode: SqliteOpenMode.Memory } =>
                    "Storage:ConnectionString must name a file as Data Source: rows kept in memory do not survive a restart.",
                _ => null,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return "Storage:ConnectionString cannot be read: " + exception.Message;
        }
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace McpGateway.Storage;

/// <summary>A row would have broken a unique constraint. Nothing was changed.</summary>
public sealed class UniqueConflictException : Exception
{
    private const int SqliteConstraintPrimaryKey = 1555;
    private const int SqliteConstraintUnique = 2067;
    private const string SqliteMessage = "UNIQUE constraint failed: ";

    public UniqueConflictException()
        : this("", null)
    {
    }

    public UniqueConflictException(string constraint)
        : this(constraint, null)
    {
    }

    public UniqueConflictException(string constraint, Exception? innerException)
        : base($"A row would have broken the unique constraint '{constraint}'.", innerException) =>
        Constraint = constraint;

    /// <summary>The constraint's name in the model, the same on both databases: <c>IX_Upstreams_NormalizedName</c>, <c>PK_Settings</c>.</summary>
    public string Constraint { get; }

    /// <summary>The unique constraint behind a failed save; null when it failed for another reason.</summary>
    internal static string? ConstraintOf(DbUpdateException exception) => exception.InnerException switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } postgres => postgres.ConstraintName ?? "",
        SqliteException { SqliteExtendedErrorCode: SqliteConstraintUnique or SqliteConstraintPrimaryKey } sqlite => NameOf(sqlite),
        _ => null,
    };

    // SQLite names columns ("UNIQUE constraint failed: Items.UpstreamId, Items.Kind"), which the model's names are made of.
    private static string NameOf(SqliteException exception)
    {
        var start = exception.Message.IndexOf(SqliteMessage, StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        var columns = exception.Message[(start + SqliteMessage.Length)..].TrimEnd('.', '\'').Split(", ");
        var table = columns[0][..columns[0].IndexOf('.', StringComparison.Ordinal)];
        return exception.SqliteExtendedErrorCode == SqliteConstraintPrimaryKey
            ? $"PK_{table}"
            : $"IX_{table}_{string.Join('_', columns.Select(column => column[(table.Length + 1)..]))}";
    }
}

namespace McpGateway.Storage;

/// <summary>Where the gateway keeps its rows (configuration section <c>Storage</c>).</summary>
public sealed class StorageOptions
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary><c>sqlite</c> (default) or <c>postgres</c>.</summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>Needed for PostgreSQL; overrides <see cref="DataFolder"/> for SQLite. No default.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Folder of the SQLite file <c>gateway.db</c>; made when missing. Default <c>data</c> under the working folder.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>Bring the schema up to date at start. Default true; false where a migration job does it.</summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>Writes that may run at once on PostgreSQL; SQLite has one writer. Default 16.</summary>
    public int MaxConcurrentWrites { get; set; } = 16;

    /// <summary>Writes that may wait for their turn; one more is refused at once. Default 1,000.</summary>
    public int MaxWaitingWrites { get; set; } = 1000;

    /// <summary>How long a write may wait for its turn. Default 30 s.</summary>
    public TimeSpan WriteWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a start waits for a PostgreSQL server that cannot be reached yet. Default 15 s.</summary>
    public TimeSpan StartWait { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Refuse a second process on the same PostgreSQL database; on a SQLite file one is always refused. Set by the host, not by configuration:
    /// true in the standalone edition, whose grains have one process.
    /// </summary>
    public bool SingleProcess { get; set; }

    internal bool IsPostgres => string.Equals(Provider, Postgres, StringComparison.OrdinalIgnoreCase);
}

namespace McpGateway.Storage;

/// <summary>An operating system lock beside a SQLite file: a second gateway on the same file is refused, and a killed one leaves nothing behind.</summary>
internal sealed class DatabaseFileLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseFileLock(FileStream file) => _file = file;

    public static DatabaseFileLock Take(string databaseFile)
    {
        var path = databaseFile + ".lock";
        try
        {
            return new DatabaseFileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None));
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new InvalidOperationException(
                $"Another gateway is using the database '{databaseFile}' (its lock '{path}' is taken). Stop it, or choose another data folder.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();
}

namespace McpGateway.Storage;

/// <summary>Too many writes wait, or one waited too long. Nothing was changed; the edge answers 503.</summary>
public sealed class DatabaseBusyException : Exception
{
    public DatabaseBusyException()
        : this("The database is busy.")
    {
    }

    public DatabaseBusyException(string message)
        : base(message)
    {
    }

    public DatabaseBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

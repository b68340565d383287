namespace McpGateway.Abstractions.Seam;

/// <summary>The database is away or has too much to do. Nothing was changed; the edge answers 503.</summary>
/// <remarks><see cref="GrainFailure.IsTransient"/> knows it.</remarks>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Makes one with a general message.</summary>
    public StorageUnavailableException()
        : this("The database cannot be used at the moment.")
    {
    }

    /// <summary>Makes one.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public StorageUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

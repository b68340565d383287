namespace McpGateway.Abstractions.Seam;

/// <summary>
/// A call that was not taken: the grain has too many waiting calls, or its host is stopping. It has not run and never will.
/// </summary>
/// <remarks>Only the embedded host throws it; Orleans has its own for the same. <see cref="GrainFailure.IsTransient"/> knows all.</remarks>
public sealed class GrainUnavailableException : Exception
{
    /// <summary>Makes one with a general message.</summary>
    public GrainUnavailableException()
        : this("The grain takes no calls now.")
    {
    }

    /// <summary>Makes one.</summary>
    public GrainUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public GrainUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

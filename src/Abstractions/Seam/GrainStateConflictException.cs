namespace McpGateway.Abstractions.Seam;

/// <summary>
/// The stored state of a grain was changed by another activation since this one read it. Nothing was written; the activation ends, and
/// the next call finds a new one that has read the newer state.
/// </summary>
public sealed class GrainStateConflictException : Exception
{
    /// <summary>Makes one with a general message.</summary>
    public GrainStateConflictException()
        : this("The stored state of the grain was changed by somebody else.")
    {
    }

    /// <summary>Makes one.</summary>
    public GrainStateConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public GrainStateConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

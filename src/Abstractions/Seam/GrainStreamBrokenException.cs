namespace McpGateway.Abstractions.Seam;

/// <summary>
/// A stream ended because its grain went away (deactivated, moved, its node stopped) or because nobody pulled it for too long, not
/// because it was at its end. Subscribe again: the first item of a watch is the full picture.
/// </summary>
/// <remarks>
/// Only the embedded host throws it; Orleans has its own for the same. <see cref="GrainFailure.IsTransient"/> knows both.
/// </remarks>
public sealed class GrainStreamBrokenException : Exception
{
    /// <summary>Makes one with a general message.</summary>
    public GrainStreamBrokenException()
        : this("The grain went away while its stream was open.")
    {
    }

    /// <summary>Makes one.</summary>
    public GrainStreamBrokenException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public GrainStreamBrokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

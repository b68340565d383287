namespace McpGateway.Abstractions.Seam;

/// <summary>What a failed grain call means, whichever edition runs the grains.</summary>
public static partial class GrainFailure
{
    /// <summary>
    /// True for failures of the way to the grain or to its rows, not of the grain: time-outs, overload, a node that is gone or going, a broken stream,
    /// a database that is away.
    /// Trying again soon may well succeed.
    /// </summary>
    /// <remarks>
    /// It does not say that the call did not run: after a <see cref="TimeoutException"/> it may have, or may run yet. What must not run
    /// twice carries an id by which the grain knows it again.
    /// </remarks>
    public static bool IsTransient(Exception exception) =>
        exception is TimeoutException or GrainStreamBrokenException or GrainUnavailableException or GrainStateConflictException
            or StorageUnavailableException
        || IsTransientInEdition(exception);

    private static partial bool IsTransientInEdition(Exception exception);
}

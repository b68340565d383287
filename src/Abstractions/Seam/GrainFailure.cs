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
    /// It does not say that the call did not run (<see cref="MayHaveRun"/>): after a <see cref="TimeoutException"/> it may have, or may run yet.
    /// What must not run twice carries an id by which the grain knows it again.
    /// </remarks>
    public static bool IsTransient(Exception exception) =>
        exception is TimeoutException or GrainStreamBrokenException or GrainUnavailableException or GrainStateConflictException
            or StorageUnavailableException
        || IsTransientInEdition(exception);

    /// <summary>
    /// Whether a call that failed so may have run all the same, or may run yet: false only where it is certain that the call was not taken or
    /// changed nothing. To be asked before anything is sent again, and before a client is told to try again.
    /// </summary>
    public static bool MayHaveRun(Exception exception) =>
        exception is not (GrainUnavailableException or StorageUnavailableException) && MayHaveRunInEdition(exception);

    private static partial bool IsTransientInEdition(Exception exception);

    private static partial bool MayHaveRunInEdition(Exception exception);
}

using Orleans.Runtime;

namespace McpGateway.Abstractions.Seam;

public static partial class GrainFailure
{
    // Orleans' own exceptions are of the way to the grain: a silo that is gone or full, no silo at all, a connection that broke. What a grain
    // throws comes back as it is.
    private static partial bool IsTransientInEdition(Exception exception) => exception is OrleansException or EnumerationAbortedException;
}

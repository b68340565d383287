using Orleans.Runtime;

namespace McpGateway.Abstractions.Seam;

public static partial class GrainFailure
{
    // Orleans' own exceptions are of the way to the grain: a silo that is gone or full, no silo at all, a connection that broke. What a grain
    // throws comes back as it is.
    private static partial bool IsTransientInEdition(Exception exception) => exception is OrleansException or EnumerationAbortedException;

    // A silo says these before it takes a call. Other rejections may be of one of the many messages that a stream consists of.
    private static partial bool MayHaveRunInEdition(Exception exception) => exception is not (GatewayTooBusyException or LimitExceededException);
}

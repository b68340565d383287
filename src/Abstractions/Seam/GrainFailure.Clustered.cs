using Orleans.Runtime;

namespace McpGateway.Abstractions.Seam;

public static partial class GrainFailure
{
    // OrleansMessageRejectionException includes SiloUnavailableException: a dead silo that is not yet declared dead.
    private static partial bool IsTransientInEdition(Exception exception) =>
        exception is EnumerationAbortedException or OrleansMessageRejectionException or ClientNotAvailableException
            or GatewayTooBusyException or LimitExceededException;
}

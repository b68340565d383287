namespace McpGateway.Abstractions.Seam;

public static partial class GrainFailure
{
    private static partial bool IsTransientInEdition(Exception exception) => false;

    private static partial bool MayHaveRunInEdition(Exception exception) => true;
}

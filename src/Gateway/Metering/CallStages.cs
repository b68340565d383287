namespace McpGateway.Gateway.Metering;

public static class CallStages
{
    private static readonly string[] s_names = ["auth", "policy", "queue", "connect", "first_byte", "upstream", "own", "total"];

    /// <summary>The stage as metrics and answers name it.</summary>
    public static string Name(this CallStage stage) => s_names[(int)stage];
}

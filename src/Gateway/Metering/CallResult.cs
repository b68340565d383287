namespace McpGateway.Gateway.Metering;

/// <summary>How a call ended, as it is counted.</summary>
public enum CallResult
{
    Succeeded,

    /// <summary>Answered with <c>isError: true</c>.</summary>
    ToolError,

    /// <summary>A protocol error, an unreachable upstream, a time-out, a refusal by the upstream.</summary>
    Failed,
}

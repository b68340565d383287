namespace McpGateway.Gateway.Upstreams;

/// <summary>How the gateway names itself to upstreams.</summary>
public static class GatewayIdentity
{
    public const string Name = "McpGateway";

    public static string Version { get; } = typeof(GatewayIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static string UserAgent { get; } = $"{Name}/{Version}";
}

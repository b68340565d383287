using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams;

/// <summary>How the gateway names itself to upstreams.</summary>
public static class GatewayIdentity
{
    public const string Name = "McpGateway";

    public static string Version { get; } = typeof(GatewayIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>
    /// What a discovery declares: everything, because servers hide tools from clients that could not answer their questions. Who calls
    /// later declares what its own client can do.
    /// </summary>
    internal const ClientCapabilities DiscoveryCapabilities = ClientCapabilities.Sampling | ClientCapabilities.SamplingTools
        | ClientCapabilities.Elicitation | ClientCapabilities.UrlElicitation | ClientCapabilities.Roots | ClientCapabilities.Apps;

    public static string UserAgent { get; } = $"{Name}/{Version}";
}

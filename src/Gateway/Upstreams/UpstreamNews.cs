using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams;

/// <summary>What upstreams say unasked.</summary>
public static class UpstreamNews
{
    /// <summary>The list whose change the notification tells of; none for other messages.</summary>
    public static ChangedLists ListOf(McpMethod notification) => notification switch
    {
        McpMethod.NotificationToolsListChanged => ChangedLists.Tools,
        McpMethod.NotificationPromptsListChanged => ChangedLists.Prompts,
        McpMethod.NotificationResourcesListChanged => ChangedLists.Resources,
        _ => ChangedLists.None,
    };
}

namespace McpGateway.Abstractions.Access;

/// <summary>What a caller may do. The names on the wire are those of <see cref="PermissionNames"/> (<c>tools.execute</c>).</summary>
[Flags]
public enum Permissions : long
{
    None = 0,
    ToolsRead = 1L << 0,
    ToolsExecute = 1L << 1,
    ToolsUpdate = 1L << 2,
    PromptsRead = 1L << 3,
    PromptsUpdate = 1L << 4,
    ResourcesRead = 1L << 5,
    ResourcesUpdate = 1L << 6,
    ServersRead = 1L << 7,
    ServersUse = 1L << 8,
    ServersCreate = 1L << 9,
    ServersUpdate = 1L << 10,
    ServersDelete = 1L << 11,
    GatewaysRead = 1L << 12,
    GatewaysCreate = 1L << 13,
    GatewaysUpdate = 1L << 14,
    GatewaysDelete = 1L << 15,

    /// <summary>May define processes that the gateway starts (stdio upstreams). Administrators only.</summary>
    GatewaysStdio = 1L << 16,
    TokensRead = 1L << 17,
    TokensCreate = 1L << 18,
    TokensRevoke = 1L << 19,
    UsersManage = 1L << 20,
    TeamsManage = 1L << 21,
    RolesManage = 1L << 22,
    MetricsRead = 1L << 23,
    AuditRead = 1L << 24,

    /// <summary>May open a virtual server to callers without a token (<c>anonymous: true</c>). Administrators only.</summary>
    ServersAnonymous = 1L << 25,

    /// <summary>May ask where the time of its own calls went: it shows how fast policy and upstreams are.</summary>
    MetricsOverhead = 1L << 26,

    /// <summary>What an agent needs: use virtual servers, see and call what they offer.</summary>
    Use = ServersUse | ToolsRead | ToolsExecute | PromptsRead | ResourcesRead,

    All = (1L << 27) - 1,
}

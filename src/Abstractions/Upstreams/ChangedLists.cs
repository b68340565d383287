using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>Lists of an MCP server as it tells of their changes: resources and their templates are told of together.</summary>
[Flags]
[GenerateSerializer]
public enum ChangedLists
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
    All = Tools | Prompts | Resources,
}

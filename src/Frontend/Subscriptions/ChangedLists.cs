namespace McpGateway.Frontend.Subscriptions;

/// <summary>Lists of a virtual server, as clients are told of their changes. Resources and their templates are told of together.</summary>
[Flags]
internal enum ChangedLists
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
    All = Tools | Prompts | Resources,
}

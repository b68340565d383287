namespace McpGateway.Protocol.Mcp;

/// <summary>Which list an answer carries.</summary>
public enum ListKind
{
    /// <summary><c>tools</c>, keyed by <c>name</c>.</summary>
    Tools,

    /// <summary><c>prompts</c>, keyed by <c>name</c>.</summary>
    Prompts,

    /// <summary><c>resources</c>, keyed by <c>uri</c>.</summary>
    Resources,

    /// <summary><c>resourceTemplates</c>, keyed by <c>uriTemplate</c>.</summary>
    ResourceTemplates,
}

namespace McpGateway.Gateway.Routing;

/// <summary>Extensions of MCP that the gateway does more for than pass them on.</summary>
public static class ExtensionIds
{
    public const string Tasks = "io.modelcontextprotocol/tasks";

    /// <summary>MCP Apps.</summary>
    public const string Apps = "io.modelcontextprotocol/ui";

    public const string Skills = "io.modelcontextprotocol/skills";
}

namespace McpGateway.Protocol.Mcp;

/// <summary>What a revision knows of structured output: <c>outputSchema</c> and <c>structuredContent</c> (protocol.md 2.2).</summary>
public enum StructuredRule
{
    /// <summary>Any schema, any value (2026-07-28).</summary>
    Any,

    /// <summary>Schemas of type <c>object</c> and objects only (2025-06-18, 2025-11-25).</summary>
    ObjectsOnly,

    /// <summary>Nothing (before 2025-06-18).</summary>
    None,
}

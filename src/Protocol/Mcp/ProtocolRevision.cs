namespace McpGateway.Protocol.Mcp;

/// <summary>MCP revisions in their order; compare them with <c>&lt;</c> and <c>&gt;=</c> (protocol.md 1.1).</summary>
public enum ProtocolRevision
{
    /// <summary>Absent, or none that we know.</summary>
    None,

    /// <summary>2024-11-05: HTTP+SSE.</summary>
    November2024,

    /// <summary>2025-03-26: Streamable HTTP, batches. Assumed where a legacy request names none.</summary>
    March2025,

    /// <summary>2025-06-18: version header, structured output, elicitation.</summary>
    June2025,

    /// <summary>2025-11-25: the newest legacy revision.</summary>
    November2025,

    /// <summary>2026-07-28: modern, metadata in every request instead of a session.</summary>
    July2026,
}

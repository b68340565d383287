namespace McpGateway.Protocol.Mcp;

/// <summary>
/// What a client declared, as far as it decides what it may be asked: at <c>initialize</c>, or in every modern request. One byte, because
/// it is sealed into session ids and is part of a connection's key.
/// </summary>
[Flags]
public enum ClientCapabilities : byte
{
    /// <summary>Nothing may be asked.</summary>
    None = 0,

    /// <summary><c>sampling</c></summary>
    Sampling = 1,

    /// <summary><c>elicitation</c> in form mode; what an empty object means, as it did before modes existed (2025-06-18).</summary>
    Elicitation = 2,

    /// <summary><c>elicitation.url</c> (2025-11-25).</summary>
    UrlElicitation = 4,

    /// <summary><c>roots</c></summary>
    Roots = 8,

    /// <summary><c>sampling.tools</c> (2025-11-25).</summary>
    SamplingTools = 16,

    /// <summary><c>sampling.context</c> (2025-11-25).</summary>
    SamplingContext = 32,

    /// <summary><c>roots.listChanged</c>: the client says when its roots change.</summary>
    RootsListChanged = 64,

    /// <summary>The extension <c>io.modelcontextprotocol/ui</c> (MCP Apps): a server may offer tools with a user interface.</summary>
    Apps = 128,
}

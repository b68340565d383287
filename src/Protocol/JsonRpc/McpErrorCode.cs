namespace McpGateway.Protocol.JsonRpc;

/// <summary>Error codes of JSON-RPC 2.0 and MCP (protocol.md 1.1), and the gateway's own, which lie outside -32768…-32000.</summary>
public static class McpErrorCode
{
    /// <summary>The body is not JSON. HTTP 400.</summary>
    public const int ParseError = -32700;

    /// <summary>JSON, but not a JSON-RPC message. HTTP 400.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>The method does not exist. HTTP 404 for modern clients, 200 for legacy ones.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>Unknown tool, prompt or cursor, wrong parameter, bad <c>requestState</c>; for modern clients also "resource not found" (with <c>data.uri</c>).</summary>
    public const int InvalidParams = -32602;

    /// <summary>Something failed on the server's side.</summary>
    public const int InternalError = -32603;

    /// <summary>Resource not found, up to 2025-11-25. Modern servers must not send it: <see cref="InvalidParams"/> with <c>data.uri</c>.</summary>
    public const int ResourceNotFound = -32002;

    /// <summary>An elicitation by URL is required first (<c>data.elicitations</c>); 2025-11-25 only.</summary>
    public const int UrlElicitationRequired = -32042;

    /// <summary>A header is missing, malformed or differs from the body; 2026-07-28. HTTP 400.</summary>
    public const int HeaderMismatch = -32020;

    /// <summary>The request needs a client capability that it did not declare (<c>data.requiredCapabilities</c>, an object); 2026-07-28. HTTP 400.</summary>
    public const int MissingRequiredClientCapability = -32021;

    /// <summary>Revision not supported (<c>data.supported</c>, <c>data.requested</c>); 2026-07-28. HTTP 400.</summary>
    public const int UnsupportedProtocolVersion = -32022;

    /// <summary>The upstream could not be reached or broke off. Ours.</summary>
    public const int UpstreamUnavailable = -31001;

    /// <summary>The upstream did not answer in time. Ours.</summary>
    public const int UpstreamTimeout = -31002;

    /// <summary>The upstream's answer is not what the protocol allows. Ours.</summary>
    public const int UpstreamInvalid = -31003;

    /// <summary>A limit of rate, budget or concurrency is used up. Ours. HTTP 429.</summary>
    public const int LimitExceeded = -31004;

    /// <summary>The gateway cannot serve now: overload, drain, no silo. Ours. HTTP 503.</summary>
    public const int Unavailable = -31005;
}

using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>How an upstream is reached. On the wire <c>STREAMABLEHTTP</c>, <c>SSE</c>, <c>STDIO</c>.</summary>
[GenerateSerializer]
public enum TransportKind
{
    /// <summary>Streamable HTTP, revisions 2025-03-26 and later.</summary>
    StreamableHttp,

    /// <summary>HTTP+SSE of revision 2024-11-05.</summary>
    Sse,

    /// <summary>A process of ours that speaks newline-delimited JSON.</summary>
    Stdio,
}

/// <summary>What an upstream wants to see before it serves us.</summary>
[GenerateSerializer]
public enum AuthKind
{
    None,

    /// <summary><c>Authorization: Bearer …</c></summary>
    Bearer,

    /// <summary><c>Authorization: Basic …</c></summary>
    Basic,

    /// <summary>Headers of the administrator's choice; never <c>Cookie</c>, <c>Host</c> or <c>Mcp-*</c>.</summary>
    Headers,
}

/// <summary>Who shares one connection (HTTP session, process, SSE stream) to an upstream.</summary>
[GenerateSerializer]
public enum SharingMode
{
    /// <summary>One for each client session. The default for Streamable HTTP.</summary>
    PerSession,

    /// <summary>One for each user or token owner. The default for stdio and SSE.</summary>
    PerUser,

    /// <summary>One for everybody: an administrator's explicit choice.</summary>
    Shared,
}

/// <summary>What happens to a definition that an upstream changed after it was approved.</summary>
[GenerateSerializer]
public enum DriftPolicy
{
    /// <summary>The approved text goes on being served.</summary>
    Hold,

    /// <summary>The item is not served until somebody decides.</summary>
    Block,

    /// <summary>The new text is served at once, and counts as approved; so does what was withdrawn before.</summary>
    Observe,
}

/// <summary>The generation of the protocol an upstream speaks.</summary>
[GenerateSerializer]
public enum Era
{
    /// <summary>Not yet found out.</summary>
    Unknown,

    /// <summary>Revisions with the initialize handshake, up to 2025-11-25.</summary>
    Legacy,

    /// <summary>2026-07-28 and later: metadata in every request.</summary>
    Modern,
}

/// <summary>What the gateway knows of an upstream's health.</summary>
[GenerateSerializer]
public enum UpstreamState
{
    /// <summary>First discovery is under way.</summary>
    Pending,

    /// <summary>Answered when last asked.</summary>
    Online,

    /// <summary>Did not answer; asked again with growing pauses. Its catalog goes on being served.</summary>
    Offline,

    /// <summary>Answered 401 or 403: its credentials are missing or wrong.</summary>
    NeedsAuthorization,

    /// <summary>Switched off by an administrator.</summary>
    Disabled,
}

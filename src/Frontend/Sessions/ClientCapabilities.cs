namespace McpGateway.Frontend.Sessions;

/// <summary>What a legacy client declared at initialize, as far as it decides what it may be asked. Sealed into the session id.</summary>
[Flags]
internal enum ClientCapabilities : byte
{
    None = 0,
    Sampling = 1,
    Elicitation = 2,
    UrlElicitation = 4,
    Roots = 8,
}

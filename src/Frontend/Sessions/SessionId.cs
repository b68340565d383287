using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Sessions;

/// <summary>What a sealed session id says: all there is of a session that was opened and not yet used.</summary>
/// <param name="Key">16 random bytes, as 32 hex digits: the key of its grain.</param>
/// <param name="OpenedAt">When it was opened, to the second.</param>
/// <param name="Revision">The negotiated revision.</param>
/// <param name="Capabilities">What the client declared.</param>
internal sealed record SessionId(string Key, DateTimeOffset OpenedAt, ProtocolRevision Revision, ClientCapabilities Capabilities);

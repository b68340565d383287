using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>A legacy upstream's question in a call that is held for a modern client.</summary>
/// <param name="Id">The upstream's JSON-RPC id, raw.</param>
/// <param name="RawParams">Empty for none.</param>
/// <param name="Connection">Takes the answer to a question that came beside the call; null for one in the answer to the call.</param>
internal sealed record HeldQuestion(byte[] Id, McpMethod Method, byte[] RawParams, IConnectionGrain? Connection = null);

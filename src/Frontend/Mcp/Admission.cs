using System.Net;
using McpGateway.Frontend.Access;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Mcp;

/// <summary>A caller that may use a virtual server, and what it sees of it.</summary>
internal readonly record struct Admission(CallerIdentity Identity, IPAddress? Address, ServerModel Server, CallerView View);

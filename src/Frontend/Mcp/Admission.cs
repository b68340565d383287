using System.Net;
using McpGateway.Frontend.Access;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Mcp;

/// <summary>A caller that may use a virtual server, and what it sees of it.</summary>
internal readonly record struct Admission(CallerIdentity Identity, IPAddress? Address, ServerModel Server, CallerView View)
{
    /// <summary>Whose share of what is limited a request takes: callers without credentials are told apart by their addresses.</summary>
    public string Share => Identity.IsAnonymous ? $"{Identity.Key}|{Address}" : Identity.Rights.PrincipalId;
}

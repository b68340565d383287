using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;

namespace McpGateway.Frontend.Relay;

/// <summary>Whose connection to an upstream a client uses, as the upstream's sharing mode says.</summary>
internal static class ConnectionOwner
{
    /// <param name="session">Null for clients without one.</param>
    public static string Of(UpstreamLink link, ClientSession? session, CallerIdentity caller) => link.Route.Sharing switch
    {
        SharingMode.Shared => ConnectionKey.Everybody,
        SharingMode.PerSession when session is not null => session.Id.Key,
        _ => caller.Rights.PrincipalId,
    };
}

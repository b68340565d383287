using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.Mcp;

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

    /// <summary>True for an upstream whose connections serve one session or one client each: only those declare what can be asked.</summary>
    public static bool MayDeclare(UpstreamLink link) => !link.IsModern && link.Route.Sharing == SharingMode.PerSession;

    /// <summary>What the connection of a legacy client's session declares.</summary>
    public static ClientCapabilities DeclaredTo(UpstreamLink link, ClientSession? session) =>
        MayDeclare(link) && session is not null ? session.Capabilities : ClientCapabilities.None;

    /// <inheritdoc cref="Of"/>
    public static ConnectionKey KeyFor(UpstreamLink link, ClientSession? session, CallerIdentity caller) =>
        new(link.Route.Id, Of(link, session, caller), new ConnectionProfile(DeclaredTo(link, session), Slot: 0).ToString());
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Makes what listens to upstream connections.</summary>
internal sealed class ListenerFactory(IGrains grains, TimeProvider time, ILogger<ConnectionListener> logger)
{
    /// <summary>Listens over one connection, until disposed.</summary>
    public ConnectionListener Listen(Caller caller, ConnectionWish wish, WatchEars ears) => new(grains, caller, wish, ears, time, logger);

    /// <summary>Listens over as many as a client's stream needs, to nothing at first.</summary>
    public ConnectionListeners ForStream(Caller caller, WatchEars ears) => new(this, caller, ears, time);
}

using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>An upstream's word that it does not tell of a resource.</summary>
public sealed record WatchRefusal(int ErrorCode, string Message);

/// <summary>
/// Has one upstream tell of resources, in the way of its generation and transport, until the way ends. Used by one owner at a time.
/// </summary>
public abstract class ResourceWatcher : IAsyncDisposable
{
    private protected ResourceWatcher(WatchEvents events) => Events = events;

    /// <summary>Ends, with the reason, when the upstream can tell no more.</summary>
    public abstract Task<UpstreamFailure> Ended { get; }

    private protected WatchEvents Events { get; }

    /// <summary>Has the upstream tell of exactly these resources, and answers with those that it refuses.</summary>
    /// <exception cref="UpstreamException">The way to the upstream has ended, or ends herewith.</exception>
    public abstract Task<IReadOnlyDictionary<string, WatchRefusal>> TellOfAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken);

    /// <summary>Takes a notification that came over the connection that the watcher shares with calls.</summary>
    public virtual void Take(McpMethod method, ReadOnlyMemory<byte> message)
    {
        switch (method)
        {
            case McpMethod.NotificationResourcesUpdated when EnvelopeScanner.Scan(message.Span, out var envelope) == EnvelopeFault.None:
                Events.OnUpdated(JsonStringBytes.GetString(envelope.Uri.Slice(message.Span)));
                break;
            case McpMethod.NotificationMessage or McpMethod.NotificationTasksStatus:
                Events.OnNotice(message);
                break;
            case McpMethod.NotificationToolsListChanged or McpMethod.NotificationPromptsListChanged or McpMethod.NotificationResourcesListChanged:
                Events.OnListChanged(method);
                break;
            default:
                break;
        }
    }

    /// <summary>Sends the client's response to a question that the watcher brought.</summary>
    public virtual Task RespondAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops hearing. The upstream's session or process is left as it is.</summary>
    public abstract ValueTask DisposeAsync();
}

using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Who hears what an upstream says unasked. The callbacks come from any thread and must be quick.</summary>
public sealed record WatchEvents
{
    /// <summary>A resource was updated: its URI.</summary>
    public required Action<string> OnUpdated { get; init; }

    /// <summary>A log message, or a task's status, that belongs to no call: the whole notification.</summary>
    public required Action<ReadOnlyMemory<byte>> OnNotice { get; init; }

    /// <summary>A request to the client that belongs to no call: the whole message. False when there is nobody to ask.</summary>
    public required Func<ReadOnlyMemory<byte>, bool> OnQuestion { get; init; }

    /// <summary>A list changed: the notification's method.</summary>
    public required Action<McpMethod> OnListChanged { get; init; }
}

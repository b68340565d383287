namespace McpGateway.Frontend.Relay;

/// <summary>Takes the answer to a request that the gateway makes itself; what comes before it goes to the client who waits, if there is one.</summary>
internal sealed class CapturedReply(IReply? client, CancellationToken stop) : IReply
{
    /// <summary>The whole response; null before it came.</summary>
    public byte[]? Response { get; private set; }

    public CancellationToken ClientGone => stop;

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => client?.NotifyAsync(message) ?? default;

    public ValueTask KeepAliveAsync() => client?.KeepAliveAsync() ?? default;

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status)
    {
        Response = response.ToArray();
        return default;
    }

    public ValueTask AbandonAsync() => default;
}

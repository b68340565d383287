using McpGateway.Frontend.Sessions;

namespace McpGateway.Frontend.Relay;

/// <summary>The answer to a message of a 2024-11-05 client: everything goes on to its one event stream.</summary>
internal sealed class StreamReply(EventStream stream, CancellationToken clientGone) : IReply
{
    public CancellationToken ClientGone => clientGone;

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => Send(message);

    // The stream says so by itself.
    public ValueTask KeepAliveAsync() => default;

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status) => Send(response);

    public ValueTask AbandonAsync() => default;

    private ValueTask Send(ReadOnlyMemory<byte> message)
    {
        // The message's memory is rented; the stream sends it later.
        stream.TrySend(message.ToArray());
        return default;
    }
}

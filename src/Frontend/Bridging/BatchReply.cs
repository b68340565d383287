using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Bridging;

/// <summary>The answer to one request of a batch.</summary>
internal sealed class BatchReply(BatchAnswer answer, int place) : IReply
{
    public CancellationToken ClientGone => answer.ClientGone;

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => answer.NotifyAsync(message);

    public ValueTask KeepAliveAsync() => answer.KeepAliveAsync();

    // A batch has one status, whatever became of its parts.
    public ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status) => answer.CompleteAsync(place, response);

    // A request that was cancelled has no response; the others go on.
    public ValueTask AbandonAsync() => default;
}

using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Nodes;

/// <summary>The reply of a request whose client waits at another node.</summary>
internal sealed class CarriedReply(IReplyGrain grain) : IReply, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    public CancellationToken ClientGone => _gone.Token;

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => SendAsync(new ReplyPart(ReplyPartKind.Message, message.ToArray(), 0, null));

    /// <summary>Sends an event of a stream that is resumed.</summary>
    public ValueTask SendEventAsync(ReadOnlyMemory<byte> message, string? eventId) => SendAsync(new ReplyPart(ReplyPartKind.Message, message, 0, eventId));

    // The node at which the client waits says so by itself.
    public ValueTask KeepAliveAsync() => default;

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status) =>
        SendAsync(new ReplyPart(ReplyPartKind.Response, response.ToArray(), status, null));

    public ValueTask AbandonAsync() => SendAsync(ReplyPart.Of(ReplyPartKind.End));

    /// <summary>What was asked for is not here.</summary>
    public ValueTask RefuseAsync() => SendAsync(ReplyPart.Of(ReplyPartKind.Unknown));

    /// <summary>The client left.</summary>
    public void Leave()
    {
        try
        {
            _gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer was complete.
        }
    }

    public void Dispose() => _gone.Dispose();

    private async ValueTask SendAsync(ReplyPart part)
    {
        if (!_gone.IsCancellationRequested && !await grain.SendAsync(part, CancellationToken.None))
        {
            Leave();
        }
    }
}

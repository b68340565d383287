namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>Whole JSON-RPC messages in both directions: a process's standard streams, or HTTP+SSE.</summary>
/// <remarks>Sending may happen from anywhere; receiving has one owner. Disposing ends the connection and waits until it is gone.</remarks>
public interface IMessageTransport : IAsyncDisposable
{
    /// <summary>Sends one message.</summary>
    /// <exception cref="UpstreamException">It could not be sent.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>The next message; the memory is the caller's to keep.</summary>
    /// <exception cref="UpstreamException">The connection ended.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken);
}

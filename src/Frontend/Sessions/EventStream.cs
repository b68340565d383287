using System.Threading.Channels;

namespace McpGateway.Frontend.Sessions;

/// <summary>Messages on their way to a client's open SSE stream. Bounded: a client that does not read loses its stream, not our memory.</summary>
internal sealed class EventStream
{
    private const int Capacity = 256;

    private readonly Channel<ReadOnlyMemory<byte>> _messages = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>How many messages the client has not read yet.</summary>
    public int Backlog => _messages.Reader.Count;

    public ChannelReader<ReadOnlyMemory<byte>> Messages => _messages.Reader;

    /// <summary>Puts a message in line. False when the client reads too slowly, in which case the stream ends, or when it has ended.</summary>
    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        if (_messages.Writer.TryWrite(message))
        {
            return true;
        }

        Complete();
        return false;
    }

    public void Complete() => _messages.Writer.TryComplete();
}

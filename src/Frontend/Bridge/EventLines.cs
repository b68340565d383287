using McpGateway.Protocol.Sse;

namespace McpGateway.Frontend.Bridge;

/// <summary>Reads the messages of an event stream.</summary>
internal sealed class EventLines(Stream stream, int maxEventBytes) : IDisposable
{
    private readonly SseEventSplitter _splitter = new(maxEventBytes);

    /// <summary>The id after which the stream can be taken up again; null when it never gave one.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">An event is too large.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var message))
            {
                return message;
            }

            var read = await stream.ReadAsync(_splitter.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _splitter.Advance(read);
        }
    }

    public void Dispose() => _splitter.Dispose();

    private bool TryTake(out byte[] message)
    {
        message = [];
        while (true)
        {
            var item = _splitter.Read();
            if (item.HasId)
            {
                LastEventId = System.Text.Encoding.UTF8.GetString(item.Id);
            }

            switch (item.Kind)
            {
                case SseItemKind.None:
                    return false;
                case SseItemKind.TooLarge:
                    throw new InvalidDataException($"An event is larger than {maxEventBytes} bytes.");
                case SseItemKind.Event when item.IsMessage && !item.Data.IsEmpty:
                    message = item.Data.ToArray();
                    return true;
                default:
                    break;
            }
        }
    }
}

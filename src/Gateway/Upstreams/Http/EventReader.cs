using System.Globalization;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.Sse;

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>An event with data.</summary>
/// <param name="Type">The event field; <c>message</c> where it is absent.</param>
/// <param name="Data">The reader's to keep.</param>
public readonly record struct ServerEvent(string Type, ReadOnlyMemory<byte> Data)
{
    public bool IsMessage => Type == "message";
}

/// <summary>Reads server-sent events from a stream, bounded.</summary>
/// <param name="maxBytes">The largest event; with <paramref name="limitTotal"/> everything together, comments included.</param>
internal sealed class EventReader(Stream stream, int maxBytes, bool limitTotal) : IDisposable
{
    private readonly SseEventSplitter _splitter = new(maxBytes);
    private long _total;

    /// <summary>The next event that has data; null at the end of the stream. An event cut off by the end does not count.</summary>
    /// <exception cref="UpstreamException">Too much came.</exception>
    public async ValueTask<ServerEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var taken))
            {
                return taken;
            }

            var read = await stream.ReadAsync(_splitter.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _splitter.Advance(read);
            _total += read;
            if (limitTotal && _total > maxBytes)
            {
                throw new UpstreamException(
                    UpstreamFault.Invalid,
                    string.Create(CultureInfo.InvariantCulture, $"The upstream's event stream brought more than {maxBytes} bytes and no answer."));
            }
        }
    }

    public void Dispose() => _splitter.Dispose();

    private bool TryTake(out ServerEvent taken)
    {
        while (true)
        {
            var item = _splitter.Read();
            switch (item.Kind)
            {
                case SseItemKind.None:
                    taken = default;
                    return false;
                case SseItemKind.TooLarge:
                    throw new UpstreamException(
                        UpstreamFault.Invalid, string.Create(CultureInfo.InvariantCulture, $"The upstream sent an event larger than {maxBytes} bytes."));
                case SseItemKind.Event when item.HasData && !item.Data.IsEmpty:
                    taken = new ServerEvent(item.IsMessage ? "message" : Encoding.UTF8.GetString(item.EventType), item.Data.ToArray());
                    return true;
                default:
                    break;
            }
        }
    }
}

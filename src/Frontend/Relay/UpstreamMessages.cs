using System.Buffers;
using System.Net.Http.Headers;
using McpGateway.Frontend.Routing;
using McpGateway.Protocol.Sse;

namespace McpGateway.Frontend.Relay;

/// <summary>Reads the JSON-RPC messages of an upstream's answer, one JSON object or an event stream, within bounds.</summary>
internal sealed class UpstreamMessages(HttpResponseMessage response, int maxBytes, UpstreamAsides asides, UpstreamLink link, string? sessionId)
    : IUpstreamAnswer, IDisposable
{
    private const int Chunk = 16 * 1024;

    private readonly bool _isStream = IsEventStream(response.Content.Headers.ContentType);
    private Stream? _body;
    private SseEventSplitter? _events;
    private bool _ended;

    public static bool IsJson(MediaTypeHeaderValue? type) => string.Equals(type?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    public static bool IsEventStream(MediaTypeHeaderValue? type) => string.Equals(type?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase);

    // HTTP says what went wrong by its status and its end.
    public RelayOutcome Failure => default;

    public ValueTask RespondAsync(ReadOnlyMemory<byte> response) => asides.SendAsync(link, sessionId, response);

    public async ValueTask<ReadOutcome> ReadAsync(PooledBuffer message, CancellationToken cancellationToken)
    {
        message.Clear();
        if (_ended)
        {
            return ReadOutcome.End;
        }

        _body ??= await response.Content.ReadAsStreamAsync(cancellationToken);
        return _isStream ? await ReadEventAsync(_body, message, cancellationToken) : await ReadWholeAsync(_body, message, cancellationToken);
    }

    public void Dispose()
    {
        _events?.Dispose();
        response.Dispose();
    }

    private async ValueTask<ReadOutcome> ReadWholeAsync(Stream body, PooledBuffer message, CancellationToken cancellationToken)
    {
        _ended = true;
        var length = response.Content.Headers.ContentLength;
        if (length > maxBytes)
        {
            return ReadOutcome.TooLarge;
        }

        while (true)
        {
            // One more byte than is said to come shows the end without another round of growth.
            var wanted = length is { } known ? Math.Max((int)known - message.Length, 0) + 1 : Chunk;
            var read = await body.ReadAsync(message.GetMemory(wanted), cancellationToken);
            if (read == 0)
            {
                return ReadOutcome.Message;
            }

            message.Advance(read);
            if (message.Length > maxBytes)
            {
                return ReadOutcome.TooLarge;
            }
        }
    }

    private async ValueTask<ReadOutcome> ReadEventAsync(Stream body, PooledBuffer message, CancellationToken cancellationToken)
    {
        _events ??= new SseEventSplitter(maxBytes);
        while (true)
        {
            var taken = Take(_events, message);
            if (taken is { } outcome)
            {
                return outcome;
            }

            var read = await body.ReadAsync(_events.GetMemory(Chunk), cancellationToken);
            if (read == 0)
            {
                _ended = true;
                return ReadOutcome.End;
            }

            _events.Advance(read);
        }
    }

    /// <summary>The next event with a message in it, null when more bytes are needed.</summary>
    private static ReadOutcome? Take(SseEventSplitter events, PooledBuffer message)
    {
        while (true)
        {
            var item = events.Read();
            if (item.Kind == SseItemKind.None)
            {
                return null;
            }

            if (item.Kind == SseItemKind.TooLarge)
            {
                return ReadOutcome.TooLarge;
            }

            // Events without data carry an id for resumption; comments keep the connection alive.
            if (item.IsMessage && !item.Data.IsEmpty)
            {
                message.Write(item.Data);
                return ReadOutcome.Message;
            }
        }
    }
}

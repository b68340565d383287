using System.Net.Http.Headers;
using System.Text;
using McpGateway.Frontend.Routing;
using McpGateway.Protocol.Sse;

namespace McpGateway.Frontend.Relay;

/// <summary>Reads the JSON-RPC messages of an upstream's answer, one JSON object or an event stream, within bounds.</summary>
internal sealed class UpstreamMessages(HttpResponseMessage response, int maxBytes, UpstreamAsides asides, UpstreamLink link, string? sessionId, TimeProvider time)
    : IUpstreamAnswer, IDisposable
{
    private const int Chunk = 16 * 1024;
    private const int MaxEventId = 1024;
    private const int MaxResumptions = 20;

    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(30);

    private readonly bool _isStream = IsEventStream(response.Content.Headers.ContentType);
    private Stream? _body;
    private PooledBuffer? _whole;
    private SseEventSplitter? _events;
    private bool _ended;
    private string? _lastEventId;
    private TimeSpan _retry = TimeSpan.FromSeconds(1);
    private int _resumptions;
    private HttpResponseMessage? _resumed;

    public static bool IsJson(MediaTypeHeaderValue? type) => string.Equals(type?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    public static bool IsEventStream(MediaTypeHeaderValue? type) => string.Equals(type?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase);

    // HTTP says what went wrong by its status and its end.
    public RelayOutcome Failure => default;

    public ReadOnlyMemory<byte> Message => _isStream ? _events?.Data ?? default : _whole?.Written ?? default;

    public ValueTask RespondAsync(ReadOnlyMemory<byte> response) => asides.SendAsync(link, sessionId, response);

    public async ValueTask<ReadOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return ReadOutcome.End;
        }

        _body ??= await response.Content.ReadAsStreamAsync(cancellationToken);
        return _isStream ? await ReadEventAsync(_body, cancellationToken) : await ReadWholeAsync(_body, cancellationToken);
    }

    /// <summary>Gives the memory back, with the last message, before the answer itself is done with: the client may be slow to take it.</summary>
    public void Release()
    {
        _ended = true;
        _whole?.Dispose();
        _events?.Dispose();
    }

    public void Dispose()
    {
        Release();
        _resumed?.Dispose();
        response.Dispose();
    }

    private async ValueTask<ReadOutcome> ReadWholeAsync(Stream body, CancellationToken cancellationToken)
    {
        _ended = true;
        var length = response.Content.Headers.ContentLength;
        if (length > maxBytes)
        {
            return ReadOutcome.TooLarge;
        }

        var message = _whole = new PooledBuffer(length is { } all ? (int)all + 1 : Chunk);
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

    private async ValueTask<ReadOutcome> ReadEventAsync(Stream body, CancellationToken cancellationToken)
    {
        _events ??= new SseEventSplitter(maxBytes);
        while (true)
        {
            var taken = Take(_events);
            if (taken is { } outcome)
            {
                return outcome;
            }

            var read = await ReadOrLoseAsync(_body!, _events, cancellationToken);
            if (read > 0)
            {
                _events.Advance(read);
            }
            else if (!await TryResumeAsync(cancellationToken))
            {
                _ended = true;
                return ReadOutcome.End;
            }
        }
    }

    /// <summary>0 at the end, and where the connection broke in a way that can be mended.</summary>
    private async ValueTask<int> ReadOrLoseAsync(Stream body, SseEventSplitter events, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(events.GetMemory(Chunk), cancellationToken);
        }
        catch (Exception exception) when (_lastEventId is not null && exception is IOException or HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>
    /// The stream ended before the response. A server that gives event ids lets it be fetched where it was (spec 2025-11-25, transports:
    /// resumability): the client does not notice.
    /// </summary>
    private async ValueTask<bool> TryResumeAsync(CancellationToken cancellationToken)
    {
        while (_lastEventId is { Length: > 0 } lastEventId && _resumptions++ < MaxResumptions)
        {
            await Task.Delay(_retry, time, cancellationToken);
            var resumed = await asides.ResumeAsync(link, sessionId, lastEventId, cancellationToken);
            if (resumed is null)
            {
                continue;
            }

            _resumed?.Dispose();
            _resumed = resumed;
            _body = await resumed.Content.ReadAsStreamAsync(cancellationToken);
            _events!.Dispose();
            _events = new SseEventSplitter(maxBytes);
            return true;
        }

        return false;
    }

    /// <summary>The next event with a message in it, null when more bytes are needed.</summary>
    private ReadOutcome? Take(SseEventSplitter events)
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

            if (item.Kind == SseItemKind.Event && link is { IsModern: false })
            {
                NotePlace(item);
            }

            // Events without data carry an id for resumption; comments keep the connection alive.
            if (item.IsMessage && !item.Data.IsEmpty)
            {
                return ReadOutcome.Message;
            }
        }
    }

    private void NotePlace(in SseItem item)
    {
        if (item.HasId && item.Id.Length <= MaxEventId)
        {
            _lastEventId = Encoding.UTF8.GetString(item.Id);
        }

        if (item.RetryMilliseconds is { } retry)
        {
            _retry = TimeSpan.FromMilliseconds(Math.Clamp(retry, 0, (int)s_longestRetry.TotalMilliseconds));
        }
    }
}

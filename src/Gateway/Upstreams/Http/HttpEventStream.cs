namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>The answer to a request for an event stream.</summary>
internal sealed record OpenedEvents(HttpResponseMessage Response, Stream Body);

/// <summary>An event stream that stays open. Its answer may not have begun yet.</summary>
public sealed class HttpEventStream : IDisposable
{
    private readonly Task<OpenedEvents> _opening;
    private readonly CancellationTokenSource _closing;
    private readonly int _maxEventBytes;
    private readonly Uri _url;
    private EventReader? _events;

    /// <param name="closing">Ends the request; the stream disposes of it.</param>
    internal HttpEventStream(Task<OpenedEvents> opening, CancellationTokenSource closing, int maxEventBytes, Uri url) =>
        (_opening, _closing, _maxEventBytes, _url) = (opening, closing, maxEventBytes, url);

    /// <summary>The next event with data; null when the upstream ended the stream.</summary>
    /// <exception cref="UpstreamException">It was refused after all, it broke, or an event is too large.</exception>
    public async ValueTask<ServerEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _events ??= new EventReader((await _opening.WaitAsync(cancellationToken)).Body, _maxEventBytes, limitTotal: false);
            return await _events.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && exception is not UpstreamException)
        {
            throw new UpstreamException(HttpFailures.From(exception, _url, sent: true), exception);
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _events?.Dispose();
        _ = EndAsync();
    }

    private async Task EndAsync()
    {
        try
        {
            (await _opening).Response.Dispose();
        }
        catch (Exception exception) when (exception is UpstreamException or OperationCanceledException)
        {
            // It never opened.
        }
        finally
        {
            _closing.Dispose();
        }
    }
}

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>An event stream that stays open.</summary>
public sealed class HttpEventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly EventReader _events;
    private readonly Uri _url;

    internal HttpEventStream(HttpResponseMessage response, Stream body, int maxEventBytes, Uri url)
    {
        _response = response;
        _events = new EventReader(body, maxEventBytes, limitTotal: false);
        _url = url;
    }

    /// <summary>The next event with data; null when the upstream ended the stream.</summary>
    /// <exception cref="UpstreamException">It broke, or an event is too large.</exception>
    public async ValueTask<ServerEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _events.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException && exception is not UpstreamException)
        {
            throw new UpstreamException(HttpFailures.From(exception, _url, sent: true), exception);
        }
    }

    public void Dispose()
    {
        _response.Dispose();
        _events.Dispose();
    }
}

using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace McpGateway.Frontend.Relay;

/// <summary>The answer to a POST: one JSON object, or an SSE stream once something has to be said before the response.</summary>
internal sealed class HttpReply(HttpContext http) : IReply
{
    private bool _streaming;

    public CancellationToken ClientGone => http.RequestAborted;

    public void SetRetryAfter(int seconds) => SetRetryAfter(http.Response, seconds);

    public static void SetRetryAfter(HttpResponse response, int seconds)
    {
        if (!response.HasStarted)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => SendEventAsync(message, eventId: null);

    /// <summary>Sends an event of a stream that can be resumed.</summary>
    public async ValueTask SendEventAsync(ReadOnlyMemory<byte> message, string? eventId)
    {
        BeginStream();
        EventWriter.Write(http.Response.BodyWriter, message.Span, eventId);
        await http.Response.BodyWriter.FlushAsync(ClientGone);
    }

    public async ValueTask KeepAliveAsync()
    {
        BeginStream();
        http.Response.BodyWriter.Write(":\n\n"u8);
        await http.Response.BodyWriter.FlushAsync(ClientGone);
    }

    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status)
    {
        if (_streaming)
        {
            EventWriter.Write(http.Response.BodyWriter, response.Span);
        }
        else
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = response.Length;
            http.Response.BodyWriter.Write(response.Span);
        }

        await http.Response.BodyWriter.FlushAsync(ClientGone);
    }

    public ValueTask AbandonAsync()
    {
        // An empty stream: a request that was cancelled gets no response, and 2xx without a body would be read as one.
        BeginStream();
        return default;
    }

    /// <summary>The headers of every event stream we send: nobody on the way may hold events back.</summary>
    public static void SetStreamHeaders(HttpContext http)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers.ContentEncoding = "identity";
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private void BeginStream()
    {
        if (!_streaming)
        {
            _streaming = true;
            SetStreamHeaders(http);
        }
    }
}

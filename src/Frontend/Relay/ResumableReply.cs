using System.Buffers;
using McpGateway.Frontend.Sessions;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>
/// The answer to a request of a legacy session. A client that loses the connection has not cancelled: the call goes on, and once the
/// client knows the stream's id it can fetch what it missed, on this node or through it. A JSON answer has nothing to resume.
/// </summary>
internal sealed class ResumableReply(HttpContext http, ClientSession session) : IReply
{
    private EventStream? _stream;
    private bool _left;

    // Losing the connection is not cancelling (spec 2025-11-25, transports); the end of the session is.
    public CancellationToken ClientGone => session.Ended;

    public bool WantsEarlySign => true;

    public void SetRetryAfter(int seconds) => HttpReply.SetRetryAfter(http.Response, seconds);

    public async ValueTask NotifyAsync(ReadOnlyMemory<byte> message)
    {
        await BeginAsync();
        await SendAsync(message);
    }

    public async ValueTask KeepAliveAsync()
    {
        await BeginAsync();
        await WriteAsync(static (output, _) => output.Write(":\n\n"u8), 0);
    }

    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status)
    {
        if (_stream is { } stream)
        {
            await SendAsync(response);
            stream.Complete();
            session.Answers.End(stream, _left);
            return;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = response.Length;
        await WriteAsync(static (output, response) => output.Write(response.Span), response);
    }

    public async ValueTask AbandonAsync()
    {
        // An empty stream: a request that was cancelled gets no response, and 2xx without a body would be read as one.
        await BeginAsync();
        _stream!.Complete();
        session.Answers.End(_stream, _left);
    }

    private async ValueTask BeginAsync()
    {
        if (_stream is not null)
        {
            return;
        }

        _stream = session.Answers.Open();
        HttpReply.SetStreamHeaders(http);
        if (session.Revision.HasStreamPolling())
        {
            await WriteAsync(static (output, id) => EventWriter.WritePriming(output, id), _stream.EventId(0)!);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        // The message's memory is rented; it is kept until the client has had time to come back for it.
        var number = _stream!.Append(message.ToArray());
        return WriteAsync(static (output, sent) => EventWriter.Write(output, sent.message.Span, sent.id), (message, id: _stream.EventId(number)));
    }

    private async ValueTask WriteAsync<TState>(Action<IBufferWriter<byte>, TState> write, TState state)
    {
        _left |= http.RequestAborted.IsCancellationRequested;
        if (_left)
        {
            return;
        }

        try
        {
            write(http.Response.BodyWriter, state);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _left = true;
        }
    }
}

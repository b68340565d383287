using System.Buffers;
using System.Diagnostics;
using System.Text;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>
/// HTTP+SSE of revision 2024-11-05: the GET stream is the session and carries every answer; messages are posted beside it. The stream
/// lives on this node, and ends with it.
/// </summary>
internal sealed partial class LegacySse(
    McpGate gate, McpDispatcher dispatcher, SessionTable sessions, SessionStreams streams, IOptions<HttpOptions> http, TimeProvider time, ILogger<LegacySse> logger)
{
    // A client that posts faster than it is answered is told to wait.
    private const int MaxRunning = 64;

    /// <summary>Opens a session: the first event names the address to post to.</summary>
    public async Task GetAsync(HttpContext context, string serverId, string messagePath)
    {
        if (await gate.AdmitAsync(context, serverId) is not { } admission)
        {
            return;
        }

        var stream = new EventStream();
        var (id, session) = sessions.OpenStream(serverId, admission.Identity, stream);
        try
        {
            HttpReply.SetStreamHeaders(context);
            var endpoint = $"{context.Request.PathBase}{messagePath}?sessionId={id}";
            context.Response.BodyWriter.Write(Encoding.ASCII.GetBytes($"event: endpoint\ndata: {endpoint}\n\n"));
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await streams.PumpAsync(context, stream);
        }
        finally
        {
            stream.Complete();
            sessions.CloseStream(session);
        }
    }

    /// <summary>Takes a message: 202 at once, the answer comes on the stream.</summary>
    public async Task PostAsync(HttpContext context, string serverId)
    {
        var startedAt = Stopwatch.GetTimestamp();
        if (await gate.AdmitAsync(context, serverId) is not { } admission)
        {
            return;
        }

        var id = context.Request.Query["sessionId"].ToString();
        if (await sessions.FindAsync(id, serverId, admission.Identity, context.RequestAborted) is not { Stream: { } stream } session)
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, "sessionId: there is no such open stream; open one with GET.");
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request, http.Value.MaxRequestBodyBytes, context.RequestAborted);
        if (body is null)
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status413PayloadTooLarge, McpErrorCode.InvalidRequest, $"The message is larger than {http.Value.MaxRequestBodyBytes} bytes.");
            return;
        }

        var fault = EnvelopeScanner.Scan(body.WrittenSpan, out var envelope);
        if (fault != EnvelopeFault.None)
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status400BadRequest, fault.Code(), fault.Message(envelope), envelope.Id.Slice(body.Written));
            return;
        }

        if (session.RunningCount >= MaxRunning)
        {
            context.Response.Headers.RetryAfter = "1";
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status429TooManyRequests, McpErrorCode.LimitExceeded, $"{MaxRunning} requests of this session are running; wait for an answer.", envelope.Id.Slice(body.Written));
            return;
        }

        // The answer outlives this request, so the message needs memory of its own.
        var exchange = new McpExchange(
            admission, body.WrittenSpan.ToArray(), envelope, Revision(session, body.WrittenSpan, envelope), session, new StreamReply(stream, session.Ended))
        {
            RequestId = context.TraceIdentifier,
            StartedAt = startedAt,
        };
        session.Touch(time.GetTimestamp());
        if (envelope.Kind == MessageKind.Request)
        {
            _ = ServeAsync(exchange);
        }
        else if (!await dispatcher.TakeOneWayAsync(exchange))
        {
            await Answers.WriteErrorAsync(context, StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, McpDispatcher.NeverAsked);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>The revision negotiated at initialize: clients of later revisions speak them over this transport too.</summary>
    private static ProtocolRevision Revision(ClientSession session, ReadOnlySpan<byte> body, in Envelope envelope)
    {
        if (envelope.Method == McpMethod.Initialize)
        {
            session.Revision = Handshake.Negotiate(body, envelope);
            session.Capabilities = Handshake.ReadCapabilities(body, envelope, session.Revision);
        }

        return session.Revision;
    }

    private async Task ServeAsync(McpExchange exchange)
    {
        try
        {
            await dispatcher.ServeRequestAsync(exchange);
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, exchange.RequestId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of an HTTP+SSE client could not be answered; request id {RequestId}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);
}

using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Telemetry;
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
    McpGate gate,
    McpDispatcher dispatcher,
    SessionTable sessions,
    SessionStreams streams,
    OpenStreams open,
    IOptions<HttpOptions> http,
    TimeProvider time,
    ILogger<LegacySse> logger)
    : INodeMailHandler
{
    // A client that posts faster than it is answered is told to wait.
    private const int MaxRunning = 64;

    private static readonly string s_tooMany = $"{MaxRunning} requests of this session are running; wait for an answer.";

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Message];

    /// <summary>Opens a session: the first event names the address to post to.</summary>
    public async Task GetAsync(HttpContext context, string serverId, string messagePath)
    {
        if (await gate.AdmitAsync(context, serverId) is { } admission)
        {
            await open.ServeAsync(context, admission, () => ServeStreamAsync(context, serverId, messagePath, admission));
        }
    }

    private async Task ServeStreamAsync(HttpContext context, string serverId, string messagePath, Admission admission)
    {
        var stream = new EventStream(id: null);
        var (id, session) = await sessions.OpenStreamAsync(serverId, admission.Identity, stream, context.RequestAborted);
        try
        {
            HttpReply.SetStreamHeaders(context);
            var endpoint = $"{context.Request.PathBase}{messagePath}?sessionId={id}";
            context.Response.BodyWriter.Write(Encoding.ASCII.GetBytes($"event: endpoint\ndata: {endpoint}\n\n"));
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await streams.PumpAsync(context, session, stream, admission);
        }
        finally
        {
            stream.Complete();
            await sessions.CloseStreamAsync(session);
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

        var admittedAt = Stopwatch.GetTimestamp();

        var id = context.Request.Query["sessionId"].ToString();
        if (await sessions.FindAsync(id, serverId, admission.Identity, context.RequestAborted) is not { } session)
        {
            await WriteUnknownAsync(context);
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

        // The answer outlives this request, so the message needs memory of its own.
        var message = body.WrittenSpan.ToArray();
        if (session.Stream is not { } stream)
        {
            await SendElsewhereAsync(context, session, admission, message);
        }
        else if (session.RunningCount >= MaxRunning)
        {
            context.Response.Headers.RetryAfter = "1";
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status429TooManyRequests, McpErrorCode.LimitExceeded, s_tooMany, envelope.Id.Slice(body.Written));
        }
        else if (await TakeAsync(Exchange(admission, session, stream, message, envelope, context.TraceIdentifier, new CallClock(startedAt, admittedAt, Stopwatch.GetTimestamp()))))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else
        {
            await Answers.WriteErrorAsync(context, StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, McpDispatcher.NeverAsked);
        }
    }

    /// <summary>A message that was posted at another node for a stream of this one.</summary>
    public void Handle(NodeMail mail)
    {
        if (sessions.Peek(mail.Key) is { Stream: { } stream } session)
        {
            _ = TakeMailAsync(mail, session, stream);
        }
    }

    /// <summary>The stream is not here: the message goes to the nodes that have served the session.</summary>
    private async Task SendElsewhereAsync(HttpContext context, ClientSession session, Admission admission, byte[] message)
    {
        var mail = NodeMail.Of(NodeMailKind.Message, session.Id.Key, message, admission.Address?.ToString());
        if (await sessions.PostAsync(session, mail, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else
        {
            await WriteUnknownAsync(context);
        }
    }

    private async Task TakeMailAsync(NodeMail mail, ClientSession session, EventStream stream)
    {
        try
        {
            _ = IPAddress.TryParse(mail.Detail, out var address);
            if (EnvelopeScanner.Scan(mail.Content.Span, out var envelope) != EnvelopeFault.None
                || await gate.ReadmitAsync(session.Owner, address, session.ServerId, session.Ended) is not { } admission)
            {
                return;
            }

            var exchange = Exchange(admission, session, stream, mail.Content, envelope, string.Create(CultureInfo.InvariantCulture, $"mail-{mail.Number}"), CallClock.Now());
            if (session.RunningCount >= MaxRunning && envelope.Kind == MessageKind.Request)
            {
                await exchange.RefuseAsync(McpErrorCode.LimitExceeded, s_tooMany);
                return;
            }

            await TakeAsync(exchange);
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, mail.Key);
        }
    }

    /// <summary>Serves a message; false for an answer to what was never asked.</summary>
    private async ValueTask<bool> TakeAsync(McpExchange exchange)
    {
        exchange.Session!.Touch(time.GetTimestamp());
        if (exchange.Envelope.Kind != MessageKind.Request)
        {
            return await dispatcher.TakeOneWayAsync(exchange);
        }

        _ = ServeAsync(exchange);
        return true;
    }

    private static McpExchange Exchange(
        Admission admission, ClientSession session, EventStream stream, ReadOnlyMemory<byte> message, in Envelope envelope, string requestId, CallClock clock) =>
        new(admission, message, envelope, Revision(session, message.Span, envelope), session, new StreamReply(stream, session.Ended))
        {
            RequestId = requestId,
            Clock = clock,
        };

    private static Task WriteUnknownAsync(HttpContext context) => Answers.WriteErrorAsync(
        context, StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, "sessionId: there is no such open stream; open one with GET.");

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

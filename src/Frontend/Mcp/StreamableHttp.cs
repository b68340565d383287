using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>The Streamable HTTP endpoint of every virtual server, for legacy and modern clients on one path.</summary>
internal sealed class StreamableHttp(
    McpGate gate, McpDispatcher dispatcher, Batches batches, SessionTable sessions, SessionStreams streams, IOptions<HttpOptions> http)
{
    public async Task PostAsync(HttpContext context, string serverId)
    {
        var startedAt = Stopwatch.GetTimestamp();
        if (!await AcceptsAsync(context) || await gate.AdmitAsync(context, serverId) is not { } admission)
        {
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
        if (fault == EnvelopeFault.Batch)
        {
            await ServeBatchAsync(context, admission, body.Written, startedAt);
            return;
        }

        if (fault != EnvelopeFault.None && !RemovedMethods.IsAskedFor(body.WrittenSpan, envelope))
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status400BadRequest, fault.Code(), fault.Message(envelope), envelope.Id.Slice(body.Written));
            return;
        }

        var (revision, violation) = RequestContract.Check(context.Request.Headers, body.WrittenSpan, envelope);
        if (violation is not null)
        {
            await Answers.WriteErrorAsync(
                context, violation.Status, violation.Code, violation.Message, envelope.Id.Slice(body.Written), violation.Data);
            return;
        }

        var (found, session) = await FindSessionAsync(context, admission, envelope, body.Written, revision);
        if (found)
        {
            var exchange = new McpExchange(admission, body.Written, envelope, session?.Revision ?? revision, session, ReplyFor(context, session))
            {
                Headers = context.Request.Headers,
                Http = context,
                RequestId = context.TraceIdentifier,
                StartedAt = startedAt,
            };
            await ServeAsync(context, exchange);
        }
    }

    public async Task GetAsync(HttpContext context, string serverId)
    {
        if (await gate.AdmitAsync(context, serverId) is not { } admission)
        {
            return;
        }

        var id = context.Request.Headers[McpHeaders.SessionId];
        if (id.Count == 0)
        {
            context.Response.Headers.Allow = "POST";
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status405MethodNotAllowed, McpErrorCode.InvalidRequest, $"GET opens the event stream of a session and needs the header {McpHeaders.SessionId}.");
        }
        else if (await sessions.FindAsync(id.ToString(), serverId, admission.Identity, context.RequestAborted) is { } session)
        {
            await streams.ServeAsync(context, session, admission, LastEventId.Parse(context.Request.Headers["Last-Event-ID"].ToString()));
        }
        else
        {
            await SessionUnknownAsync(context);
        }
    }

    public async Task DeleteAsync(HttpContext context, string serverId)
    {
        if (await gate.AdmitAsync(context, serverId) is not { } admission)
        {
            return;
        }

        var id = context.Request.Headers[McpHeaders.SessionId];
        if (id.Count == 0)
        {
            context.Response.Headers.Allow = "POST";
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status405MethodNotAllowed, McpErrorCode.InvalidRequest, $"DELETE ends a session and needs the header {McpHeaders.SessionId}.");
        }
        else if (await sessions.FindAsync(id.ToString(), serverId, admission.Identity, context.RequestAborted) is { } session)
        {
            await sessions.EndAsync(session, CancellationToken.None);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await SessionUnknownAsync(context);
        }
    }

    private async Task ServeAsync(HttpContext context, McpExchange exchange)
    {
        if (exchange.Envelope.Kind == MessageKind.Request)
        {
            if (exchange.Envelope.Method == McpMethod.Initialize)
            {
                context.Response.Headers[McpHeaders.SessionId] = sessions.Open(
                    exchange.Server.Header.ServerId,
                    exchange.Caller,
                    exchange.Revision,
                    Handshake.ReadCapabilities(exchange.Body.Span, exchange.Envelope, exchange.Revision));
            }

            await dispatcher.ServeRequestAsync(exchange);
        }
        else
        {
            await TakeOneWayAsync(context, exchange);
        }
    }

    private static IReply ReplyFor(HttpContext context, ClientSession? session) =>
        session is not null && session.Revision.HasResumption() ? new ResumableReply(context, session) : new HttpReply(context);

    private async Task TakeOneWayAsync(HttpContext context, McpExchange exchange)
    {
        if (await dispatcher.TakeOneWayAsync(exchange))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else
        {
            await Answers.WriteErrorAsync(context, StatusCodes.Status400BadRequest, McpErrorCode.InvalidRequest, McpDispatcher.NeverAsked);
        }
    }

    /// <summary>Arrays exist in one revision; in every other they are refused like any message that is none.</summary>
    private async Task ServeBatchAsync(HttpContext context, Admission admission, ReadOnlyMemory<byte> body, long startedAt)
    {
        var header = context.Request.Headers[McpHeaders.ProtocolVersion];
        var revision = header.Count == 0 ? ProtocolRevisions.AssumedWithoutHeader
            : ProtocolRevisions.TryParse(header.ToString().Trim(), out var named) ? named : ProtocolRevision.None;
        var (found, session) = await FindSessionAsync(context, admission, default, body, revision);
        if (!found)
        {
            return;
        }

        if (!(session?.Revision ?? revision).AcceptsBatches())
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status400BadRequest, EnvelopeFault.Batch.Code(), EnvelopeFault.Batch.Message(default));
            return;
        }

        await batches.ServeAsync(context, admission, body, session, startedAt);
    }

    /// <summary>The session that the request names. False when it was answered already: 404 for a session that is none, 503 when nobody can say.</summary>
    private async ValueTask<(bool Found, ClientSession? Session)> FindSessionAsync(
        HttpContext context, Admission admission, Envelope envelope, ReadOnlyMemory<byte> body, ProtocolRevision revision)
    {
        var header = context.Request.Headers[McpHeaders.SessionId];
        if (header.Count == 0 || revision.IsModern() || envelope.Method == McpMethod.Initialize)
        {
            return (true, null);
        }

        try
        {
            if (await sessions.FindAsync(header.ToString(), admission.Server.Header.ServerId, admission.Identity, context.RequestAborted) is { } session)
            {
                return (true, session);
            }
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            context.Response.Headers.RetryAfter = "1";
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status503ServiceUnavailable, McpErrorCode.Unavailable, "The session cannot be looked up at the moment; try again.", envelope.Id.Slice(body));
            return (false, null);
        }

        await SessionUnknownAsync(context, envelope.Id.Slice(body));
        return (false, null);
    }

    private static Task SessionUnknownAsync(HttpContext context, ReadOnlyMemory<byte> id = default) => Answers.WriteErrorAsync(
        context, StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, "There is no such session: it has ended, or it is somebody else's. Open a new one with initialize.", id);

    private static async ValueTask<bool> AcceptsAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status415UnsupportedMediaType, McpErrorCode.InvalidRequest, "Content-Type: must be application/json.");
            return false;
        }

        if (AcceptHeader.AllowsBoth(context.Request.Headers.Accept))
        {
            return true;
        }

        await Answers.WriteErrorAsync(
            context, StatusCodes.Status406NotAcceptable, McpErrorCode.InvalidRequest, "Accept: must list application/json and text/event-stream.");
        return false;
    }
}

using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>The Streamable HTTP endpoint of every virtual server, for legacy and modern clients on one path.</summary>
internal sealed class StreamableHttp(
    McpGate gate, McpDispatcher dispatcher, Batches batches, SessionTable sessions, SessionStreams streams, OpenStreams open, IOptions<HttpOptions> http)
{
    public async Task PostAsync(HttpContext context, string serverId)
    {
        var startedAt = Stopwatch.GetTimestamp();
        if (!await AcceptsAsync(context) || await gate.AdmitAsync(context, serverId) is not { } admission)
        {
            return;
        }

        var admittedAt = Stopwatch.GetTimestamp();
        using var body = await RequestBody.ReadAsync(context.Request, http.Value.MaxRequestBodyBytes, context.RequestAborted);
        if (body is null)
        {
            await Answers.WriteErrorAsync(
                context, StatusCodes.Status413PayloadTooLarge, McpErrorCode.InvalidRequest, $"The message is larger than {http.Value.MaxRequestBodyBytes} bytes.");
            return;
        }

        await ServeMessageAsync(context, admission, body.Written, new CallClock(startedAt, admittedAt, Stopwatch.GetTimestamp()));
    }

    /// <summary>Not async: what was read of the message is large, and stays on the stack instead of in every call's state.</summary>
    private Task ServeMessageAsync(HttpContext context, Admission admission, ReadOnlyMemory<byte> body, CallClock clock)
    {
        var fault = EnvelopeScanner.Scan(body.Span, out var envelope);
        if (fault == EnvelopeFault.Batch)
        {
            return ServeBatchAsync(context, admission, body, clock);
        }

        if (fault != EnvelopeFault.None && !RemovedMethods.IsAskedFor(body.Span, envelope))
        {
            return Answers.WriteErrorAsync(
                context, StatusCodes.Status400BadRequest, fault.Code(), fault.Message(envelope), envelope.Id.Slice(body));
        }

        var (revision, violation) = RequestContract.Check(context.Request.Headers, body.Span, envelope);
        if (violation is not null)
        {
            return Answers.WriteErrorAsync(
                context, violation.Status, violation.Code, violation.Message, envelope.Id.Slice(body), violation.Data);
        }

        var finding = FindSessionAsync(context, admission, envelope.Method, envelope.Id.Slice(body), revision);
        return finding.IsCompletedSuccessfully
            ? ServeFoundAsync(context, admission, body, envelope, revision, clock, finding.Result)
            : ServeOnceFoundAsync(context, admission, body, envelope, revision, clock, finding);
    }

    private async Task ServeOnceFoundAsync(
        HttpContext context, Admission admission, ReadOnlyMemory<byte> body, Envelope envelope, ProtocolRevision revision, CallClock clock,
        ValueTask<(bool Found, ClientSession? Session)> finding) =>
        await ServeFoundAsync(context, admission, body, envelope, revision, clock, await finding);

    private Task ServeFoundAsync(
        HttpContext context, Admission admission, ReadOnlyMemory<byte> body, in Envelope envelope, ProtocolRevision revision, CallClock clock,
        (bool Found, ClientSession? Session) finding)
    {
        var (found, session) = finding;
        return !found ? Task.CompletedTask : ServeAsync(
            context,
            new McpExchange(admission, body, envelope, session?.Revision ?? revision, session, ReplyFor(context, session))
            {
                Headers = context.Request.Headers,
                Http = context,
                RequestId = context.TraceIdentifier,
                Clock = clock,
            });
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
            var last = LastEventId.Parse(context.Request.Headers["Last-Event-ID"].ToString());
            await open.ServeAsync(context, admission, () => streams.ServeAsync(context, session, admission, last));
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

    private Task ServeAsync(HttpContext context, McpExchange exchange)
    {
        if (exchange.Envelope.Kind != MessageKind.Request)
        {
            return TakeOneWayAsync(context, exchange);
        }

        if (exchange.Envelope.Method == McpMethod.Initialize)
        {
            context.Response.Headers[McpHeaders.SessionId] = sessions.Open(
                exchange.Server.Header.ServerId,
                exchange.Caller,
                exchange.Revision,
                Handshake.ReadCapabilities(exchange.Body.Span, exchange.Envelope, exchange.Revision));
        }

        return dispatcher.ServeRequestAsync(exchange);
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
    private async Task ServeBatchAsync(HttpContext context, Admission admission, ReadOnlyMemory<byte> body, CallClock clock)
    {
        var header = context.Request.Headers[McpHeaders.ProtocolVersion];
        var revision = header.Count == 0 ? ProtocolRevisions.AssumedWithoutHeader
            : ProtocolRevisions.TryParse(header.ToString().Trim(), out var named) ? named : ProtocolRevision.None;
        var (found, session) = await FindSessionAsync(context, admission, McpMethod.Unknown, id: default, revision);
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

        await batches.ServeAsync(context, admission, body, session, clock);
    }

    /// <summary>The session that the request names. False when it was answered already: 404 for a session that is none, 503 when nobody can say.</summary>
    private async ValueTask<(bool Found, ClientSession? Session)> FindSessionAsync(
        HttpContext context, Admission admission, McpMethod method, ReadOnlyMemory<byte> id, ProtocolRevision revision)
    {
        var header = context.Request.Headers[McpHeaders.SessionId];
        if (header.Count == 0 || revision.IsModern() || method == McpMethod.Initialize)
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
                context, StatusCodes.Status503ServiceUnavailable, McpErrorCode.Unavailable, "The session cannot be looked up at the moment; try again.", id);
            return (false, null);
        }

        await SessionUnknownAsync(context, id);
        return (false, null);
    }

    private static Task SessionUnknownAsync(HttpContext context, ReadOnlyMemory<byte> id = default) => Answers.WriteErrorAsync(
        context, StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, "There is no such session: it has ended, or it is somebody else's. Open a new one with initialize.", id);

    private static async ValueTask<bool> AcceptsAsync(HttpContext context)
    {
        // Nearly all write it like this, and need not have it parsed.
        if (context.Request.ContentType != "application/json" && !context.Request.HasJsonContentType())
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

using System.Diagnostics;
using System.Net;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Relay;

/// <summary>
/// Relays a call to a Streamable HTTP upstream, from this node, in these steps: (1) the message is written as the upstream shall get it;
/// (2) the upstream session is looked up where one is needed; (3) the request is sent; (4) a session that the upstream forgot is replaced
/// and the call sent once more, which is safe because it did not run; (5) the answer's messages are relayed as they come; (6) a call whose
/// headers were refused, so that it did not run, is sent once more if they are other ones now.
/// </summary>
internal sealed class HttpRelay(
    UpstreamHttp http,
    UpstreamSessions sessions,
    AnswerRelay answers,
    UpstreamAsides asides,
    BesideQuestions beside,
    ParamHeaderRenewal renewal,
    IOptions<McpOptions> options,
    TimeProvider time)
{
    public async ValueTask<RelayOutcome> CallAsync(UpstreamCall call)
    {
        using var body = new PooledBuffer(call.Exchange.Body.Length + 512);
        call.WriteTo(body); // (1)
        await using var hearing = beside.Hear(call);
        if (hearing is not null)
        {
            await hearing.WhenHeardAsync(call.Running.Stop);
        }

        string? stale = null;
        while (true)
        {
            string? sessionId = null;
            if (call.Link.Route.RequiresSession)
            {
                var askedAt = Stopwatch.GetTimestamp();
                var opened = await sessions.GetAsync(call, stale, call.Running.Stop); // (2)
                call.Timer.Connected(askedAt);
                if (opened.Kind != ConnectionReplyKind.Opened)
                {
                    return RelayOutcome.Failed(opened.Fault, opened.Detail ?? "No session could be opened.");
                }

                sessionId = opened.SessionId;
            }

            var (outcome, next) = await SendAsync(call, sessionId, body.Written); // (3)
            if (next == Next.Done)
            {
                return outcome;
            }

            if (next == Next.NewHeaders)
            {
                continue; // (6)
            }

            if (stale is not null)
            {
                return RelayOutcome.Failed(UpstreamFault.SessionLost, "The upstream forgot a session that it had just opened.");
            }

            stale = sessionId; // (4)
        }
    }

    private async ValueTask<(RelayOutcome Outcome, Next Next)> SendAsync(UpstreamCall call, string? sessionId, ReadOnlyMemory<byte> body)
    {
        using var request = UpstreamRequests.ForCall(call, sessionId, body);
        var askedAt = Stopwatch.GetTimestamp();
        var sent = false;
        try
        {
            var response = await answers.WaitAsync(http.For(call.Link.Route.Id).SendAsync(request, call.Running.Stop), call, answer: null);
            sent = true;
            call.Timer.Answered(request, askedAt);
            using var messages = new UpstreamMessages(response, options.Value.MaxResponseBytes, asides, call.Link, sessionId, time);
            return IsSessionLost(response, sessionId)
                ? (default, Next.NewSession)
                : await RelayAsync(call, response, messages); // (5)
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (Broken(exception, sent), Next.Done);
        }
        catch (OperationCanceledException) when (call.Running.Stop.IsCancellationRequested)
        {
            await CancelAsync(call, sessionId);
            throw;
        }
        catch (OperationCanceledException exception) when (!sent && exception.InnerException is TimeoutException)
        {
            return (RelayOutcome.Failed(UpstreamFault.Unreachable, "No connection could be made in time."), Next.Done);
        }
        finally
        {
            if (!sent)
            {
                call.Timer.Answered(request, askedAt);
            }
        }
    }

    private async ValueTask<(RelayOutcome Outcome, Next Next)> RelayAsync(
        UpstreamCall call, HttpResponseMessage response, UpstreamMessages messages)
    {
        var type = response.Content.Headers.ContentType;
        if (!UpstreamMessages.IsJson(type) && !UpstreamMessages.IsEventStream(type))
        {
            return (Unusable(response), Next.Done);
        }

        using var output = new PooledBuffer();
        var (final, failure) = await answers.ReadAsync(call, messages, output);
        switch (final.Kind)
        {
            case BridgedKind.Response when final.ErrorCode == McpErrorCode.HeaderMismatch && await HasNewHeadersAsync(call):
                return (default, Next.NewHeaders);
            case BridgedKind.Response:
                call.Running.Vacate();
                if (IsBusy(response))
                {
                    call.Exchange.Reply.SetRetryAfter(BusyOutcome(response).RetryAfter);
                }

                messages.Release();
                await call.Exchange.Reply.CompleteAsync(output.Written, ErrorBridge.StatusFor(call.Exchange, final.ErrorCode, (int)response.StatusCode));
                return (RelayOutcome.Answered(final.Result, final.ErrorCode), Next.Done);
            case BridgedKind.InputRequired:
                return (RelayOutcome.Asks(output.WrittenSpan), Next.Done);
            case BridgedKind.TaskStarted:
                return (RelayOutcome.Started(output.WrittenSpan), Next.Done);
            case BridgedKind.TaskNeeded:
                return (default(RelayOutcome) with { NeedsTask = true }, Next.Done);
            case BridgedKind.Invalid:
                return (response.IsSuccessStatusCode ? RelayOutcome.Failed(UpstreamFault.Invalid, final.Detail!) : Unusable(response), Next.Done);
            default:
                return (failure, Next.Done);
        }
    }

    /// <summary>True when the call is to be sent again, with headers that the upstream's annotations of this moment ask for.</summary>
    private async ValueTask<bool> HasNewHeadersAsync(UpstreamCall call)
    {
        if (!call.Link.IsModern || call.Exchange.Envelope.Method != McpMethod.ToolsCall)
        {
            return false;
        }

        if (call.Exchange.IsModern)
        {
            await renewal.SuspectAsync(call);
            return false;
        }

        var renewing = renewal.RenewAsync(call).WaitAsync(call.Running.Stop);
        var now = await KeepAlive.WhileAsync(renewing, call.Exchange.Reply, options.Value.KeepAlive, time);
        var isOther = !ParamHeaderRenewal.AreSame(now, call.ParamHeaders);
        call.ParamHeaders = now;
        return isOther;
    }

    /// <summary>
    /// True when the upstream does not know the session: 404, as the specification says, or the 400 that many servers answer instead. In
    /// both cases the call did not run.
    /// </summary>
    private static bool IsSessionLost(HttpResponseMessage response, string? sessionId) =>
        sessionId is not null && response.StatusCode is (HttpStatusCode.NotFound or HttpStatusCode.BadRequest);

    private RelayOutcome Unusable(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            RelayOutcome.Failed(UpstreamFault.Unauthorized, $"It refused the gateway's credentials ({(int)response.StatusCode})."),
        _ when IsBusy(response) => BusyOutcome(response),
        HttpStatusCode.OK => RelayOutcome.Failed(
            UpstreamFault.Invalid, $"It answered with content type '{response.Content.Headers.ContentType?.MediaType ?? "none"}' instead of JSON or an event stream."),
        _ => RelayOutcome.Failed(UpstreamFault.HttpError, $"It answered with HTTP status {(int)response.StatusCode}."),
    };

    private static bool IsBusy(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <summary>It knows best when it has room again.</summary>
    private RelayOutcome BusyOutcome(HttpResponseMessage response)
    {
        var wish = response.Headers.RetryAfter;
        return RelayOutcome.Busy(
            $"It is busy ({(int)response.StatusCode}).", wish?.Delta ?? (wish?.Date is { } date ? date - time.GetUtcNow() : TimeSpan.Zero));
    }

    private static RelayOutcome Broken(Exception exception, bool sent)
    {
        var refusal = exception as AddressRefusedException ?? exception.InnerException as AddressRefusedException;
        if (refusal is not null)
        {
            return RelayOutcome.Failed(UpstreamFault.Unreachable, refusal.Message);
        }

        var isConnecting = !sent && exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };
        return isConnecting
            ? RelayOutcome.Failed(UpstreamFault.Unreachable, "No connection could be made.")
            : RelayOutcome.Failed(UpstreamFault.Broken, "The connection broke; whether the call ran is not known.");
    }

    /// <summary>Tells a legacy upstream that nobody waits any more. A modern one knows it from the closed stream.</summary>
    private async ValueTask CancelAsync(UpstreamCall call, string? sessionId)
    {
        if (!call.Link.IsModern)
        {
            await asides.SendAsync(call.Link, sessionId, call.Cancellation());
        }
    }

    /// <summary>What follows after a request was sent.</summary>
    private enum Next
    {
        Done,
        NewSession,
        NewHeaders,
    }
}

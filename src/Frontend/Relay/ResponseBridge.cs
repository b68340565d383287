using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Tasks;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>What became of an upstream's message.</summary>
internal enum BridgedKind
{
    /// <summary>Nothing for the client.</summary>
    Dropped,

    /// <summary>A notification, written for the client.</summary>
    Notification,

    /// <summary>As <see cref="Notification"/>, and the call is getting on.</summary>
    Progress,

    /// <summary>The response, written for the client.</summary>
    Response,

    /// <summary>A modern upstream's response that asks a legacy client, as it came.</summary>
    InputRequired,

    /// <summary>
    /// An upstream made a task of the call of a client that knows no tasks. What was written are the params of requests about it.
    /// </summary>
    TaskStarted,

    /// <summary>A modern upstream makes a task of the call, and refused it because its client knows none.</summary>
    TaskNeeded,

    /// <summary>A legacy upstream's request to the client.</summary>
    Question,

    /// <summary>A legacy upstream does not want an answer to its request any more.</summary>
    Withdrawal,

    /// <summary>The upstream said that its lists changed.</summary>
    ListChanged,

    /// <summary>Not MCP, or not an answer to this call; <see cref="Bridged.Detail"/> says why.</summary>
    Invalid,
}

/// <summary>See <see cref="BridgedKind"/>.</summary>
/// <param name="ErrorCode">Of an error response, as the client gets it; 0 for a result.</param>
/// <param name="ChangedList">Which list the upstream said has changed.</param>
internal readonly record struct Bridged(
    BridgedKind Kind, CallResult Result = CallResult.Succeeded, string? Detail = null, int ErrorCode = 0, ChangedLists ChangedList = ChangedLists.None);

/// <summary>
/// Turns an upstream's messages into the client's: the same bytes where nothing has to change; else the client's id and progress token,
/// and for modern clients what their revision demands of results.
/// </summary>
internal sealed class ResponseBridge(RequestStates states, TaskBridge tasks)
{
    /// <summary>Reads one message of the upstream and writes what the client shall get into <paramref name="output"/>.</summary>
    public Bridged Translate(UpstreamCall call, ReadOnlySpan<byte> message, PooledBuffer output)
    {
        var fault = EnvelopeScanner.Scan(message, out var envelope);
        if (fault != EnvelopeFault.None)
        {
            return new Bridged(BridgedKind.Invalid, CallResult.Failed, fault.Message(envelope));
        }

        return envelope.Kind switch
        {
            MessageKind.Notification => Notification(call, message, envelope, output),
            MessageKind.Request => new Bridged(BridgedKind.Question),
            _ => Response(call, message, output),
        };
    }

    private Bridged Notification(UpstreamCall call, ReadOnlySpan<byte> message, in Envelope envelope, PooledBuffer output)
    {
        switch (envelope.Method)
        {
            case McpMethod.NotificationToolsListChanged or McpMethod.NotificationPromptsListChanged or McpMethod.NotificationResourcesListChanged:
                return new Bridged(BridgedKind.ListChanged, ChangedList: UpstreamNews.ListOf(envelope.Method));
            case McpMethod.NotificationCancelled when envelope.RequestId.IsPresent:
                return new Bridged(BridgedKind.Withdrawal);
            case McpMethod.NotificationElicitationComplete when !call.Exchange.Revision.HasUrlElicitation() || call.Exchange.IsModern:
                return new Bridged(BridgedKind.Dropped);
            case McpMethod.NotificationMessage when !WantsLog(call.Exchange, message, envelope):
                return new Bridged(BridgedKind.Dropped);
            case McpMethod.NotificationTasksStatus or McpMethod.NotificationMessage when call.Tasks == TaskUse.Asked && !call.Exchange.IsModern:
                tasks.WriteNotification(call, message, envelope, output);
                return new Bridged(BridgedKind.Notification);
            case McpMethod.NotificationProgress when call.OwnId is not null:
                return Progress(call, message, envelope, output);
            case McpMethod.NotificationProgress:
                output.Write(message);
                return new Bridged(BridgedKind.Progress);
            case McpMethod.NotificationMessage or McpMethod.NotificationElicitationComplete or McpMethod.Unknown:
                output.Write(message);
                return new Bridged(BridgedKind.Notification);
            default:
                return new Bridged(BridgedKind.Dropped);
        }
    }

    private static Bridged Progress(UpstreamCall call, ReadOnlySpan<byte> message, in Envelope envelope, PooledBuffer output)
    {
        ref readonly var request = ref call.Exchange.Envelope;
        if (!request.ProgressToken.IsPresent || !envelope.ProgressToken.Slice(message).SequenceEqual(call.UpstreamToken))
        {
            return new Bridged(BridgedKind.Dropped);
        }

        using var edits = SpliceList.Rent();
        edits.ReplaceProgressToken(envelope, call.Exchange.Slice(request.ProgressToken));
        edits.ApplyTo(message, output);
        return new Bridged(BridgedKind.Progress);
    }

    /// <summary>A modern client gets logs only where its request asked for them, a legacy one from its session's level on.</summary>
    private static bool WantsLog(McpExchange exchange, ReadOnlySpan<byte> message, in Envelope envelope)
    {
        var asked = exchange.Session?.LogLevel;
        if (exchange.IsModern)
        {
            if (!exchange.Envelope.LogLevel.IsPresent)
            {
                return false;
            }

            asked = JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.LogLevel));
        }

        return asked is null || !envelope.Level.IsPresent || LogLevels.Passes(JsonStringBytes.GetString(envelope.Level.Slice(message)), asked);
    }

    private Bridged Response(UpstreamCall call, ReadOnlySpan<byte> message, PooledBuffer output)
    {
        var fault = ResultScanner.Scan(message, out var scan);
        if (fault != ResultFault.None)
        {
            return new Bridged(BridgedKind.Invalid, CallResult.Failed, fault.Message());
        }

        if (!scan.Id.Slice(message).SequenceEqual(call.UpstreamId))
        {
            return new Bridged(BridgedKind.Invalid, CallResult.Failed, "It answered a request that was not asked.");
        }

        if (call.IsFollowing && TaskBridge.WithoutTask(message, scan) is { } rest)
        {
            message = rest;
            ResultScanner.Scan(message, out scan);
        }

        var result = scan.Kind == MessageKind.ErrorResponse ? CallResult.Failed : scan.IsError ? CallResult.ToolError : CallResult.Succeeded;
        if (scan.ErrorCode == McpErrorCode.UrlElicitationRequired && !UrlElicitations.Understands(call.Exchange))
        {
            UrlElicitations.Write(output, call.Exchange, message, scan);
            return new Bridged(BridgedKind.Response, CallResult.ToolError);
        }

        if (TaskRules.IsRefusedForTasks(call, message, scan))
        {
            return new Bridged(BridgedKind.TaskNeeded);
        }

        if (scan.Type == ResultType.InputRequired && !call.Exchange.IsModern && !call.IsOpaque)
        {
            output.Write(message);
            return new Bridged(BridgedKind.InputRequired);
        }

        if (scan.Type == ResultType.Task || (call.Tasks != TaskUse.None && call.Task is null && scan.Task.IsObject(message)))
        {
            return tasks.Created(call, message, scan, output);
        }

        if (TaskBridge.IsAnsweredAtOnce(call, scan))
        {
            return tasks.AnsweredAtOnce(call, message, scan, output);
        }

        using var edits = SpliceList.Rent();
        var errorCode = Convert(edits, call, message, scan);
        if (call.OwnId is null && !call.Exchange.IsModern && edits.Count == 0 && !OverheadAnswer.IsWanted(call.Exchange))
        {
            output.Write(message);
            return new Bridged(BridgedKind.Response, result, ErrorCode: errorCode);
        }

        edits.EditResult(message, scan, EditFor(call, message, scan));
        edits.ApplyTo(message, output);
        return new Bridged(BridgedKind.Response, result, ErrorCode: errorCode);
    }

    /// <summary>Records what the client's revision, or a clash of URIs in the virtual server, demands. Gives the code of an error.</summary>
    private static int Convert(SpliceList edits, UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        if (scan.Kind == MessageKind.ErrorResponse)
        {
            return ErrorBridge.Edit(edits, call, message, scan);
        }

        if (call.Task is not null)
        {
            TaskBridge.EditAnswer(edits, call, message, scan);
        }

        if (call.IsOpaque)
        {
            return 0;
        }

        var uris = call.Exchange.Server.ExposedUrisOf(call.Link.Route.Id);
        edits.EditContent(
            message, scan, call.Exchange.Envelope.Method, ContentRules.For(call.Exchange.Revision), uris is null ? null : uris.Find);
        return 0;
    }

    private ResultEdit EditFor(UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        var id = call.OwnId is null ? default : call.Exchange.Id;
        var overhead = OverheadAnswer.IsWanted(call.Exchange) ? OverheadAnswer.Write(call) : default(ReadOnlySpan<byte>);
        if (!call.Exchange.IsModern)
        {
            return new ResultEdit { Id = id, Overhead = overhead };
        }

        if (call.IsOpaque)
        {
            // Its members belong to the extension, down to the last byte.
            return new ResultEdit { Id = id, ResultTypeIfAbsent = "\"complete\""u8, Overhead = overhead };
        }

        // A legacy upstream gives no caching hints: then nothing may be cached. A modern one's hints are its own business.
        var hints = call.Exchange.Envelope.Method == McpMethod.ResourcesRead;
        return new ResultEdit
        {
            Id = id,
            ResultTypeIfAbsent = "\"complete\""u8,
            TtlMs = hints && !scan.TtlMs.IsPresent ? "0"u8 : default,
            CacheScope = hints && !scan.CacheScope.IsPresent ? "\"private\""u8 : default,
            ServerInfo = call.Exchange.Server.Identity.ServerInfo.Span,
            Overhead = overhead,
            RequestState = scan.RequestState.IsPresent
                ? states.Write(call.Exchange, new RequestState(RequestStateKind.Upstream, call.Link.Route.Id, scan.RequestState.Slice(message).ToArray()))
                : default,
        };
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>One call on its way to an upstream: the client's message, where it leads, and how it is told apart there.</summary>
internal sealed class UpstreamCall
{
    // What a modern client's declaration means to a legacy upstream: modern clients do not say when their roots change.
    private const ClientCapabilities Bridgeable = ~ClientCapabilities.RootsListChanged;

    private static readonly byte[] s_modernRevision = Encoding.ASCII.GetBytes($"\"{ProtocolRevisions.LatestModern.Text()}\"");
    private static readonly byte[] s_asTask = "\"task\":{},"u8.ToArray();
    private static readonly byte[] s_clientInfo = Encoding.ASCII.GetBytes($$"""{"name":"mcpgateway","version":"{{ServerIdentity.Version}}"}""");

    private ConcurrentDictionary<string, PendingQuestion>? _openQuestions;
    private ReadOnlyMemory<byte> _inputResponses;
    private ReadOnlyMemory<byte> _requestState;
    private (McpMethod Method, ReadOnlyMemory<byte> RawParams)? _following;
    private byte[]? _ownToken;
    private bool _isRetry;
    private bool _isResumed;
    private bool _isTraced;
    private CallTimer _timer = new();

    /// <param name="route">What is called; null for a request that concerns a task, or the upstream as a whole.</param>
    /// <param name="task">The task that the request concerns.</param>
    public UpstreamCall(McpExchange exchange, ItemRoute? route, UpstreamLink link, RunningCall running, TaskRef? task = null)
    {
        Exchange = exchange;
        Route = route;
        Link = link;
        Running = running;
        Task = task;
        Tasks = TaskRules.UseOf(exchange, route, link, task);
        ParamHeaders = route?.ParamHeaders ?? [];
        Context = TraceContext.Of(exchange);
        Owner = ConnectionOwner.Of(link, exchange.Session, exchange.Caller);
        // A task lives where it was made, so it is asked for over a connection of the same kind.
        Declared = exchange.IsModern && task is not null ? task.Declared
            : exchange.IsModern && Tasks == TaskUse.Arranged && !link.IsDirect ? ClientCapabilities.None
            : DeclaredTo(link, exchange);
        // A connection of the client's own session sees each of the client's ids once; on any other they may clash.
        var isOwn = exchange.Session is not null && link.Route.Sharing == SharingMode.PerSession;
        OwnId = link is { IsDirect: true, Route.RequiresSession: true } && !isOwn ? NewId() : null;
    }

    /// <summary>The client's request; of a call that is held, the one that waits now.</summary>
    public McpExchange Exchange { get; set; }

    public ItemRoute? Route { get; }

    /// <summary>The task that the request concerns; null for others.</summary>
    public TaskRef? Task { get; }

    /// <summary>What the call may have to do with tasks.</summary>
    public TaskUse Tasks { get; private set; }

    public UpstreamLink Link { get; }

    public RunningCall Running { get; }

    /// <summary>The trace context that the upstream is told: the client's, or our own span.</summary>
    public TraceContext Context { get; private set; }

    /// <summary>Where the call's time goes.</summary>
    public ref CallTimer Timer => ref _timer;

    /// <summary>Arguments that a modern upstream wants repeated in headers, as far as we have to do it.</summary>
    public ImmutableArray<ParamHeader> ParamHeaders { get; set; }

    /// <summary>Whose connection the call goes through, as the upstream's sharing mode says.</summary>
    public string Owner { get; }

    /// <summary>
    /// What the connection declares to a legacy upstream. Only one that serves a single session, or a single modern client, declares
    /// anything: else a question could reach the wrong person.
    /// </summary>
    public ClientCapabilities Declared { get; }

    /// <summary>Set when a legacy upstream may ask the modern client that made the call.</summary>
    public HeldCall? Held { get; private set; }

    /// <summary>Questions that the legacy client was asked and has not answered, by the upstream's raw id.</summary>
    public ConcurrentDictionary<string, PendingQuestion> OpenQuestions => _openQuestions ??= new(StringComparer.Ordinal);

    /// <summary>Id and progress token as the upstream sees them, where they are not the client's.</summary>
    public byte[]? OwnId { get; private set; }

    /// <summary>The progress token as the upstream sees it, raw; empty for none.</summary>
    public ReadOnlySpan<byte> UpstreamToken => _ownToken is null ? Exchange.Slice(Exchange.Envelope.ProgressToken) : _ownToken;

    /// <summary>The id as the upstream sees it, raw.</summary>
    public ReadOnlySpan<byte> UpstreamId => OwnId is null ? Exchange.Id : OwnId;

    /// <summary>True when a modern client's call needs a connection for itself: on these transports a question names no call.</summary>
    public bool IsExclusive => Exchange.IsModern && Declared != ClientCapabilities.None && !Link.IsDirect;

    public ConnectionKey Connection(int slot = 0) => new(Link.Route.Id, Owner, new ConnectionProfile(Declared, slot).ToString());

    /// <summary>Under which name this node remembers the upstream session of the connection.</summary>
    public string SessionName => Exchange.Session is null && Declared != ClientCapabilities.None
        ? string.Create(CultureInfo.InvariantCulture, $"{Owner}/{(byte)Declared:x}")
        : Owner;

    /// <summary>The upstream is told of this span of ours instead of the client's.</summary>
    public void Trace(Activity span) => (Context, _isTraced) = (Context with { Parent = span.Id, State = span.TraceStateString }, true);

    /// <summary>The call may outlive the request that it came with; answers are told apart by an id of ours from now on.</summary>
    public void Hold(HeldCall held)
    {
        Held = held;
        OwnId ??= NewId();
    }

    /// <summary>The next sending is a retry of the same call: a new id, the answers to what the upstream asked, and its state as it was.</summary>
    /// <param name="inputResponses">A JSON object; empty for none.</param>
    /// <param name="requestState">A JSON string; empty for none.</param>
    public void Retry(ReadOnlyMemory<byte> inputResponses, ReadOnlyMemory<byte> requestState)
    {
        (_inputResponses, _requestState, _isRetry) = (inputResponses, requestState, true);
        OwnId = NewId();
    }

    /// <summary>The client's own retry, with the upstream's state that we had sealed.</summary>
    public void Resume(ReadOnlyMemory<byte> requestState) => (_requestState, _isResumed) = (requestState, true);

    /// <summary>The next sending takes a task for an answer.</summary>
    public void TakeTask()
    {
        Tasks = TaskUse.Arranged;
        OwnId = NewId();
    }

    /// <summary>
    /// The next sending is this request instead, whose answer is the call's: a legacy upstream made a task of a call whose client knows no
    /// tasks.
    /// </summary>
    /// <param name="rawParams">A JSON object, as the upstream shall get it.</param>
    public void Follow(McpMethod method, ReadOnlyMemory<byte> rawParams)
    {
        _following = (method, rawParams);
        OwnId = NewNamedId();
    }

    /// <summary>True for a request whose answer comes when a task has ended: it makes the upstream no work meanwhile.</summary>
    public bool IsStanding => (_following?.Method ?? Exchange.Envelope.Method) == McpMethod.TasksResult;

    /// <summary>True once the answer to another request is the call's.</summary>
    public bool IsFollowing => _following is not null;

    /// <summary>What tells a legacy upstream that nobody waits for the answer any more: of a task that it is to be given up.</summary>
    public byte[] Cancellation()
    {
        if (_following is not { } following)
        {
            return UpstreamRequests.Cancelled(UpstreamId);
        }

        using var message = new PooledBuffer(512);
        JsonRpcWriter.WriteRequest(message, NewNamedId(), McpMethods.Name(McpMethod.TasksCancel), following.RawParams.Span);
        return message.WrittenSpan.ToArray();
    }

    /// <summary>The call is over; nobody waits for the answers to its questions.</summary>
    public void Close()
    {
        foreach (var question in _openQuestions?.Values ?? [])
        {
            question.Withdraw();
        }
    }

    /// <summary>Writes the message as the upstream shall get it: its own names, its own generation's metadata.</summary>
    public void WriteTo(PooledBuffer output)
    {
        if (_following is { } following)
        {
            JsonRpcWriter.WriteRequest(output, UpstreamId, McpMethods.Name(following.Method), following.RawParams.Span);
            return;
        }

        ref readonly var envelope = ref Exchange.Envelope;
        var body = Exchange.Body.Span;
        using var edits = SpliceList.Rent();
        if (OwnId is not null)
        {
            edits.ReplaceId(envelope, OwnId);
        }

        if (Route is { IsRenamed: true })
        {
            Rename(edits, Route);
        }

        EditRetry(edits);
        EditTask(edits);
        EditMeta(edits);
        edits.ApplyTo(body, output);
    }

    private void EditMeta(SpliceList edits)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        var body = Exchange.Body.Span;
        _ownToken = OwnId is not null && envelope.ProgressToken.IsPresent ? OwnId : null;
        ReadOnlySpan<byte> token = _ownToken;
        // A client that wrote it into the message is followed; and where there are no headers, there is no other place.
        var context = (envelope.TraceParent.IsPresent ? _isTraced : !Link.IsDirect) ? Context : default;
        if (Exchange.IsModern && !Link.IsModern)
        {
            edits.EditMeta(body, envelope, context.Into(envelope, new MetaEdit { RemoveReserved = true, ProgressToken = token }));
        }
        else if (!Exchange.IsModern && Link.IsModern)
        {
            edits.EditMeta(body, envelope, context.Into(envelope, new MetaEdit
            {
                ProtocolVersion = s_modernRevision,
                ClientCapabilities = Tasks == TaskUse.None
                    ? ClientCapabilitiesJson.Write(Exchange.Capabilities & Bridgeable).Span
                    : ClientCapabilitiesJson.WriteWithTasks(Exchange.Capabilities & Bridgeable).Span,
                ClientInfo = s_clientInfo,
                LogLevel = Exchange.Session?.LogLevel is { } level ? Encoding.ASCII.GetBytes($"\"{level}\"") : default,
                ProgressToken = token,
            }));
        }
        else if (context.Parent is not null)
        {
            edits.EditMeta(body, envelope, context.Into(envelope, new MetaEdit { ProgressToken = token }));
        }
        else if (!token.IsEmpty)
        {
            edits.ReplaceProgressToken(envelope, token);
        }
    }

    private void EditRetry(SpliceList edits)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        if (_isRetry)
        {
            edits.SetRetry(envelope, _inputResponses.Span, _requestState.Span);
        }
        else if (_isResumed)
        {
            edits.AddCopy(envelope.RequestState, _requestState.Span);
        }
        else if (!Link.IsModern && (envelope.InputResponses.IsPresent || envelope.RequestState.IsPresent))
        {
            // Answers without a call that waits for them; a legacy upstream knows no such thing.
            edits.SetRetry(envelope, default, default);
        }
    }

    private void EditTask(SpliceList edits)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        if (Task is not null)
        {
            edits.ReplaceTaskId(envelope, Task.TaskId);
        }
        else if (Tasks == TaskUse.Arranged && !Link.IsModern && !envelope.Task.IsPresent)
        {
            edits.Add(new ByteRange(envelope.Params.Start + 1, 0), s_asTask);
        }
    }

    private static byte[] NewId() => Encoding.ASCII.GetBytes(UpstreamLink.NextId().ToString(CultureInfo.InvariantCulture));

    // Beside the client's own ids in the client's own session, which hardly look like this.
    private static byte[] NewNamedId() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"gateway-{UpstreamLink.NextId()}\""));

    /// <summary>What a call of this request would declare to the upstream; see <see cref="Declared"/>.</summary>
    public static ClientCapabilities DeclaredTo(UpstreamLink link, McpExchange exchange) =>
        exchange.IsModern ? DeclaredTo(link, exchange.Capabilities) : ConnectionOwner.DeclaredTo(link, exchange.Session);

    /// <inheritdoc cref="DeclaredTo(UpstreamLink, McpExchange)"/>
    /// <param name="modern">What a modern client declares in its requests.</param>
    public static ClientCapabilities DeclaredTo(UpstreamLink link, ClientCapabilities modern) =>
        ConnectionOwner.MayDeclare(link) ? modern & Bridgeable : ClientCapabilities.None;

    private void Rename(SpliceList edits, ItemRoute route)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        switch (envelope.Method)
        {
            case McpMethod.ToolsCall or McpMethod.PromptsGet:
            case McpMethod.Unknown when route.Entry.Kind is ItemKind.Tool or ItemKind.Prompt:
                edits.Add(envelope.Name, route.OriginalNameJson);
                break;
            case McpMethod.ResourcesRead or McpMethod.ResourcesDirectoryRead or McpMethod.SkillsGet or McpMethod.Unknown when route.Entry.Kind == ItemKind.Resource:
                edits.Add(envelope.Uri, route.OriginalNameJson);
                break;
            case McpMethod.ResourcesRead or McpMethod.ResourcesDirectoryRead or McpMethod.SkillsGet or McpMethod.Unknown:
                edits.ReplaceUri(envelope, route.OriginalUri(JsonStringBytes.GetString(Exchange.Slice(envelope.Uri))));
                break;
            default:
                edits.Add(envelope.RefName.IsPresent ? envelope.RefName : envelope.RefUri, route.OriginalNameJson);
                break;
        }
    }

    /// <summary>The method as the header <c>Mcp-Method</c> names it.</summary>
    public string MethodName => Exchange.Envelope.Method == McpMethod.Unknown
        ? JsonStringBytes.GetString(Exchange.Slice(Exchange.Envelope.MethodName))
        : McpMethods.Name(Exchange.Envelope.Method);

    /// <summary>True for a request of an extension, of whose answer the gateway knows nothing.</summary>
    public bool IsOpaque => Exchange.Envelope.Method is
        McpMethod.Unknown or McpMethod.SkillsList or McpMethod.SkillsGet or McpMethod.ResourcesDirectoryRead;

    /// <summary>What the upstream calls it: for the header <c>Mcp-Name</c>.</summary>
    public string? UpstreamName => Exchange.Envelope.Method switch
    {
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => Task?.TaskId,
        // What an unknown method's header repeats only its author knows.
        McpMethod.Unknown => Exchange.Headers?[McpHeaders.Name] is { Count: 1 } given && McpHeaders.TryDecode(given.ToString(), out var name) ? name : null,
        _ when Route is null => null,
        McpMethod.ToolsCall or McpMethod.PromptsGet => Route.Entry.OriginalName,
        McpMethod.ResourcesRead when Route.Entry.Kind == ItemKind.Resource => Route.Entry.OriginalName,
        McpMethod.ResourcesRead => Route.OriginalUri(JsonStringBytes.GetString(Exchange.Slice(Exchange.Envelope.Uri))),
        _ => null,
    };
}

using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>
/// What the gateway reads of a JSON-RPC message, as offsets into its bytes (protocol.md 3.5). Everything else in the message is opaque.
/// </summary>
/// <remarks>
/// Members of <c>params</c> are recorded whatever the method is. Their types are checked where a revision defines the member for the method;
/// for unknown methods look at the first byte (<see cref="ByteRange.IsString"/> and its siblings).
/// </remarks>
public struct Envelope
{
    /// <summary>Request, notification or response.</summary>
    public MessageKind Kind { get; internal set; }

    /// <summary>The id as raw JSON, quotes included. Known even when the message is at fault, if it is parseable and its id is legal.</summary>
    public ByteRange Id { get; internal set; }

    /// <summary>The JSON type of <see cref="Id"/>.</summary>
    public IdKind IdKind { get; internal set; }

    /// <summary>The id is present and <c>null</c>: allowed in an error response only.</summary>
    public bool HasNullId { get; internal set; }

    /// <summary>The method, if known.</summary>
    public McpMethod Method { get; internal set; }

    /// <summary>The <c>method</c> string.</summary>
    public ByteRange MethodName { get; internal set; }

    /// <summary>The whole <c>params</c> object.</summary>
    public ByteRange Params { get; internal set; }

    /// <summary><c>params.name</c>: tool or prompt.</summary>
    public ByteRange Name { get; internal set; }

    /// <summary><c>params.uri</c>: resource.</summary>
    public ByteRange Uri { get; internal set; }

    /// <summary><c>params.taskId</c></summary>
    public ByteRange TaskId { get; internal set; }

    /// <summary><c>params.cursor</c>; the empty string is a valid cursor. A <c>null</c> is recorded as absent.</summary>
    public ByteRange Cursor { get; internal set; }

    /// <summary><c>params.arguments</c>: an object or <c>null</c>.</summary>
    public ByteRange Arguments { get; internal set; }

    /// <summary>The string that the header <c>Mcp-Name</c> repeats: the name, URI or task id, by method; absent for other methods.</summary>
    public readonly ByteRange HeaderName => Method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet => Name,
        McpMethod.ResourcesRead => Uri,
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => TaskId,
        _ => default,
    };

    /// <summary><c>params.ref</c> of a completion.</summary>
    public ByteRange Ref { get; internal set; }

    /// <summary><c>params.ref.type</c>: <c>ref/prompt</c> or <c>ref/resource</c>.</summary>
    public ByteRange RefType { get; internal set; }

    /// <summary><c>params.ref.name</c>: prompt.</summary>
    public ByteRange RefName { get; internal set; }

    /// <summary><c>params.ref.uri</c>: resource or template.</summary>
    public ByteRange RefUri { get; internal set; }

    /// <summary><c>params.level</c> of <c>logging/setLevel</c> and of log entries.</summary>
    public ByteRange Level { get; internal set; }

    /// <summary><c>params.notifications</c>: the filter of <c>subscriptions/listen</c>.</summary>
    public ByteRange Notifications { get; internal set; }

    /// <summary><c>params.task</c>: a call that shall become a task (2025-11-25).</summary>
    public ByteRange Task { get; internal set; }

    /// <summary><c>params.inputResponses</c>: answers of a retry (2026-07-28).</summary>
    public ByteRange InputResponses { get; internal set; }

    /// <summary><c>params.requestState</c> of a retry (2026-07-28).</summary>
    public ByteRange RequestState { get; internal set; }

    /// <summary><c>params.requestId</c> of <c>notifications/cancelled</c>: string or number.</summary>
    public ByteRange RequestId { get; internal set; }

    /// <summary><c>params._meta</c></summary>
    public ByteRange Meta { get; internal set; }

    /// <summary>Progress token: <c>params._meta.progressToken</c> of a request.</summary>
    public ByteRange MetaProgressToken { get; internal set; }

    /// <summary>Progress token: <c>params.progressToken</c> of <c>notifications/progress</c>.</summary>
    public ByteRange ParamsProgressToken { get; internal set; }

    /// <summary>The progress token where this kind of message carries it.</summary>
    public readonly ByteRange ProgressToken => Method is McpMethod.NotificationProgress ? ParamsProgressToken : MetaProgressToken;

    /// <summary><c>_meta["io.modelcontextprotocol/protocolVersion"]</c>: a modern request's revision.</summary>
    public ByteRange ProtocolVersion { get; internal set; }

    /// <summary><c>_meta["io.modelcontextprotocol/clientCapabilities"]</c></summary>
    public ByteRange ClientCapabilities { get; internal set; }

    /// <summary><c>_meta["io.modelcontextprotocol/clientInfo"]</c></summary>
    public ByteRange ClientInfo { get; internal set; }

    /// <summary><c>_meta["io.modelcontextprotocol/logLevel"]</c></summary>
    public ByteRange LogLevel { get; internal set; }

    /// <summary><c>_meta["io.modelcontextprotocol/subscriptionId"]</c> of a listen stream's notifications.</summary>
    public ByteRange SubscriptionId { get; internal set; }

    /// <summary><c>_meta.traceparent</c></summary>
    public ByteRange TraceParent { get; internal set; }

    /// <summary><c>_meta.tracestate</c></summary>
    public ByteRange TraceState { get; internal set; }

    /// <summary><c>_meta["io.mcpgateway/overhead"]</c>: the client asks where its call's time went.</summary>
    public ByteRange Overhead { get; internal set; }

    /// <summary><c>params.protocolVersion</c> of <c>initialize</c>.</summary>
    public ByteRange InitializeProtocolVersion { get; internal set; }

    /// <summary><c>params.capabilities</c> of <c>initialize</c>.</summary>
    public ByteRange InitializeCapabilities { get; internal set; }

    /// <summary><c>params.clientInfo</c> of <c>initialize</c>.</summary>
    public ByteRange InitializeClientInfo { get; internal set; }

    /// <summary><c>result</c> of a response.</summary>
    public ByteRange Result { get; internal set; }

    /// <summary><c>error</c> of a response.</summary>
    public ByteRange Error { get; internal set; }

    /// <summary>The member that is at fault, such as <c>params.name</c>; null without fault or when no member can be named.</summary>
    public string? FaultMember { get; internal set; }
}

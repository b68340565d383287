namespace McpGateway.Protocol.JsonRpc;

/// <summary>Why a message is refused before it is routed. Text and code: <see cref="EnvelopeFaults"/>.</summary>
public enum EnvelopeFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>The bytes are not one JSON value.</summary>
    NotJson,

    /// <summary>A JSON array: split it for 2025-03-26 (<see cref="BatchSplitter"/>), refuse it otherwise.</summary>
    Batch,

    /// <summary>JSON, but neither object nor array.</summary>
    NotAnObject,

    /// <summary>Nested deeper than <see cref="EnvelopeScanner.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A member that the gateway reads occurs twice in one object (escapes taken into account): parsers differ on which one counts.</summary>
    DuplicateKey,

    /// <summary>A member differs from one that the gateway reads only in letter case: lenient parsers take the one for the other.</summary>
    AmbiguousKey,

    /// <summary>No <c>jsonrpc</c>.</summary>
    MissingJsonRpc,

    /// <summary><c>jsonrpc</c> is not <c>"2.0"</c>.</summary>
    WrongJsonRpc,

    /// <summary><c>id</c> is <c>null</c> in a request or a result.</summary>
    NullId,

    /// <summary><c>id</c> is neither string nor number.</summary>
    BadIdType,

    /// <summary>A result without id.</summary>
    MissingId,

    /// <summary><c>method</c> is not a string.</summary>
    MethodNotString,

    /// <summary>Neither <c>method</c> nor <c>result</c> nor <c>error</c>.</summary>
    NeitherRequestNorResponse,

    /// <summary><c>method</c> together with <c>result</c> or <c>error</c>.</summary>
    RequestAndResponse,

    /// <summary>Both <c>result</c> and <c>error</c>.</summary>
    ResultAndError,

    /// <summary><c>error</c> is not an object.</summary>
    ErrorNotObject,

    /// <summary><c>params</c> is not an object.</summary>
    ParamsNotObject,

    /// <summary><c>params._meta</c> is not an object.</summary>
    MetaNotObject,

    /// <summary>A progress token is neither string nor number.</summary>
    ProgressTokenBadType,

    /// <summary><c>params.name</c> is missing.</summary>
    NameMissing,

    /// <summary><c>params.name</c> is not a string.</summary>
    NameNotString,

    /// <summary><c>params.uri</c> is missing.</summary>
    UriMissing,

    /// <summary><c>params.uri</c> is not a string.</summary>
    UriNotString,

    /// <summary><c>params.taskId</c> is missing.</summary>
    TaskIdMissing,

    /// <summary><c>params.taskId</c> is not a string.</summary>
    TaskIdNotString,

    /// <summary><c>params.cursor</c> is not a string.</summary>
    CursorNotString,

    /// <summary><c>params.arguments</c> is neither object nor <c>null</c>.</summary>
    ArgumentsNotObject,

    /// <summary><c>params.ref</c> is missing.</summary>
    RefMissing,

    /// <summary><c>params.ref</c> is not an object.</summary>
    RefNotObject,

    /// <summary><c>params.ref.type</c> is neither <c>"ref/prompt"</c> nor <c>"ref/resource"</c>.</summary>
    RefTypeUnknown,

    /// <summary><c>params.ref.name</c> (of a <c>ref/prompt</c>) is not a string.</summary>
    RefNameNotString,

    /// <summary><c>params.ref.uri</c> (of a <c>ref/resource</c>) is not a string.</summary>
    RefUriNotString,

    /// <summary><c>params.level</c> of <c>logging/setLevel</c> is not a string.</summary>
    LevelNotString,

    /// <summary><c>params.inputResponses</c> is not an object.</summary>
    InputResponsesNotObject,

    /// <summary><c>params.requestState</c> is not a string.</summary>
    RequestStateNotString,

    /// <summary><c>params.requestId</c> of <c>notifications/cancelled</c> is neither string nor number.</summary>
    RequestIdBadType,

    /// <summary>The protocol version is not a string.</summary>
    ProtocolVersionNotString,

    /// <summary>The client's capabilities are not an object.</summary>
    CapabilitiesNotObject,

    /// <summary>The client's info is not an object.</summary>
    ClientInfoNotObject,

    /// <summary>The log level of a modern request is not a string.</summary>
    LogLevelNotString,

    /// <summary><c>_meta.traceparent</c> or <c>_meta.tracestate</c> is not a string.</summary>
    TraceNotString,
}

namespace McpGateway.Protocol.JsonRpc;

/// <summary>What a sender is told about an <see cref="EnvelopeFault"/>.</summary>
public static class EnvelopeFaults
{
    /// <summary>The JSON-RPC error code: -32700 for what is not JSON, -32600 for what is not a message, -32602 for wrong parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">For <see cref="EnvelopeFault.None"/>.</exception>
    public static int Code(this EnvelopeFault fault) => fault switch
    {
        EnvelopeFault.None => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no fault."),
        EnvelopeFault.NotUtf8 or EnvelopeFault.NotJson => McpErrorCode.ParseError,
        < EnvelopeFault.ParamsNotObject => McpErrorCode.InvalidRequest,
        _ => McpErrorCode.InvalidParams,
    };

    /// <summary>One sentence that names the member and the rule. A duplicate or ambiguous member is named too when the envelope knows it.</summary>
    public static string Message(this EnvelopeFault fault, in Envelope envelope) =>
        fault is EnvelopeFault.DuplicateKey or EnvelopeFault.AmbiguousKey or EnvelopeFault.ProgressTokenBadType
            && envelope.FaultMember is { } member
            ? $"{member}: {fault.Message()}"
            : fault.Message();

    /// <inheritdoc cref="Message(EnvelopeFault, in Envelope)"/>
    public static string Message(this EnvelopeFault fault) => fault switch
    {
        EnvelopeFault.None => "",
        EnvelopeFault.NotUtf8 => "The message is not valid UTF-8.",
        EnvelopeFault.NotJson => "The message is not one well-formed JSON value.",
        EnvelopeFault.Batch => "The message must be a single object: batches exist only in protocol version 2025-03-26.",
        EnvelopeFault.NotAnObject => "The message must be a JSON object.",
        EnvelopeFault.TooDeep => "The message is nested more than 128 levels deep.",
        EnvelopeFault.DuplicateKey => "this member must not occur twice in one object.",
        EnvelopeFault.AmbiguousKey => "another member differs from this one only in letter case.",
        EnvelopeFault.MissingJsonRpc => "jsonrpc is required and must be \"2.0\".",
        EnvelopeFault.WrongJsonRpc => "jsonrpc must be \"2.0\".",
        EnvelopeFault.NullId => "id must not be null.",
        EnvelopeFault.BadIdType => "id must be a string or a number.",
        EnvelopeFault.MissingId => "id is required in a response.",
        EnvelopeFault.MethodNotString => "method must be a string.",
        EnvelopeFault.NeitherRequestNorResponse => "The message must have method, result or error.",
        EnvelopeFault.RequestAndResponse => "The message must not have method together with result or error.",
        EnvelopeFault.ResultAndError => "The message must not have both result and error.",
        EnvelopeFault.ErrorNotObject => "error must be an object.",
        EnvelopeFault.ParamsNotObject => "params must be an object.",
        EnvelopeFault.MetaNotObject => "params._meta must be an object.",
        EnvelopeFault.ProgressTokenBadType => "progressToken must be a string or a number.",
        EnvelopeFault.NameMissing => "params.name is required.",
        EnvelopeFault.NameNotString => "params.name must be a string.",
        EnvelopeFault.UriMissing => "params.uri is required.",
        EnvelopeFault.UriNotString => "params.uri must be a string.",
        EnvelopeFault.TaskIdMissing => "params.taskId is required.",
        EnvelopeFault.TaskIdNotString => "params.taskId must be a string.",
        EnvelopeFault.CursorNotString => "params.cursor must be a string.",
        EnvelopeFault.ArgumentsNotObject => "params.arguments must be an object.",
        EnvelopeFault.RefMissing => "params.ref is required.",
        EnvelopeFault.RefNotObject => "params.ref must be an object.",
        EnvelopeFault.RefTypeUnknown => "params.ref.type must be \"ref/prompt\" or \"ref/resource\".",
        EnvelopeFault.RefNameNotString => "params.ref.name is required and must be a string.",
        EnvelopeFault.RefUriNotString => "params.ref.uri is required and must be a string.",
        EnvelopeFault.LevelNotString => "params.level is required and must be a string.",
        EnvelopeFault.InputResponsesNotObject => "params.inputResponses must be an object.",
        EnvelopeFault.RequestStateNotString => "params.requestState must be a string.",
        EnvelopeFault.RequestIdBadType => "params.requestId must be a string or a number.",
        EnvelopeFault.ProtocolVersionNotString => "protocolVersion must be a string.",
        EnvelopeFault.CapabilitiesNotObject => "The client's capabilities must be an object.",
        EnvelopeFault.ClientInfoNotObject => "clientInfo must be an object.",
        EnvelopeFault.LogLevelNotString => "params._meta[\"io.modelcontextprotocol/logLevel\"] must be a string.",
        EnvelopeFault.TraceNotString => "params._meta.traceparent and tracestate must be strings.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };
}

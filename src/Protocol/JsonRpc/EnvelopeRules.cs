using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>What holds between the members of a message: its kind, and the types that its method demands.</summary>
internal static class EnvelopeRules
{
    public static EnvelopeFault Check(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        var fault = CheckKind(ref envelope);
        return fault is EnvelopeFault.None && envelope.Kind is (MessageKind.Request or MessageKind.Notification)
            ? CheckParams(utf8, ref envelope)
            : fault;
    }

    private static EnvelopeFault CheckKind(ref Envelope envelope)
    {
        var hasMethod = envelope.MethodName.IsPresent;
        var hasResult = envelope.Result.IsPresent;
        var hasError = envelope.Error.IsPresent;
        if (hasResult && hasError)
        {
            return Fail(ref envelope, EnvelopeFault.ResultAndError, "result");
        }

        if (hasMethod && (hasResult || hasError))
        {
            return Fail(ref envelope, EnvelopeFault.RequestAndResponse, "method");
        }

        if (!hasMethod && !hasResult && !hasError)
        {
            return EnvelopeFault.NeitherRequestNorResponse;
        }

        if (envelope.HasNullId && !hasError)
        {
            // Read as a missing id it would turn the request into a notification and lose its answer silently.
            return Fail(ref envelope, EnvelopeFault.NullId, "id");
        }

        if (hasResult && !envelope.Id.IsPresent)
        {
            return Fail(ref envelope, EnvelopeFault.MissingId, "id");
        }

        envelope.Kind = hasError ? MessageKind.ErrorResponse
            : hasResult ? MessageKind.Response
            : envelope.Id.IsPresent ? MessageKind.Request
            : MessageKind.Notification;
        return EnvelopeFault.None;
    }

    private static EnvelopeFault CheckParams(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        var fault = CheckMeta(utf8, ref envelope);
        return fault is EnvelopeFault.None ? CheckMethod(utf8, ref envelope) : fault;
    }

    private static EnvelopeFault CheckMeta(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        if (!envelope.Meta.IsPresent)
        {
            return EnvelopeFault.None;
        }

        if (IsNot(envelope.MetaProgressToken, IsToken(utf8, envelope.MetaProgressToken)))
        {
            return Fail(ref envelope, EnvelopeFault.ProgressTokenBadType, "params._meta.progressToken");
        }

        if (IsNot(envelope.ProtocolVersion, envelope.ProtocolVersion.IsString(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.ProtocolVersionNotString, "params._meta.io.modelcontextprotocol/protocolVersion");
        }

        if (IsNot(envelope.ClientCapabilities, envelope.ClientCapabilities.IsObject(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.CapabilitiesNotObject, "params._meta.io.modelcontextprotocol/clientCapabilities");
        }

        if (IsNot(envelope.ClientInfo, envelope.ClientInfo.IsObject(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.ClientInfoNotObject, "params._meta.io.modelcontextprotocol/clientInfo");
        }

        if (IsNot(envelope.LogLevel, envelope.LogLevel.IsString(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.LogLevelNotString, "params._meta.io.modelcontextprotocol/logLevel");
        }

        return IsNot(envelope.TraceParent, envelope.TraceParent.IsString(utf8))
            || IsNot(envelope.TraceState, envelope.TraceState.IsString(utf8))
            ? Fail(ref envelope, EnvelopeFault.TraceNotString, "params._meta.traceparent")
            : EnvelopeFault.None;
    }

    private static EnvelopeFault CheckMethod(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        switch (envelope.Method)
        {
            case McpMethod.ToolsCall:
            case McpMethod.PromptsGet:
                var name = Required(utf8, ref envelope, envelope.Name, EnvelopeFault.NameMissing, EnvelopeFault.NameNotString, "params.name");
                return name is EnvelopeFault.None ? CheckCall(utf8, ref envelope) : name;
            case McpMethod.ResourcesRead:
            case McpMethod.ResourcesSubscribe:
            case McpMethod.ResourcesUnsubscribe:
            case McpMethod.ResourcesDirectoryRead:
            case McpMethod.NotificationResourcesUpdated:
                var uri = Required(utf8, ref envelope, envelope.Uri, EnvelopeFault.UriMissing, EnvelopeFault.UriNotString, "params.uri");
                return uri is EnvelopeFault.None ? CheckCall(utf8, ref envelope) : uri;
            case McpMethod.ToolsList:
            case McpMethod.PromptsList:
            case McpMethod.ResourcesList:
            case McpMethod.ResourceTemplatesList:
            case McpMethod.TasksList:
            case McpMethod.SkillsList:
                return IsNot(envelope.Cursor, envelope.Cursor.IsString(utf8))
                    ? Fail(ref envelope, EnvelopeFault.CursorNotString, "params.cursor")
                    : EnvelopeFault.None;
            case McpMethod.TasksGet:
            case McpMethod.TasksResult:
            case McpMethod.TasksCancel:
            case McpMethod.TasksUpdate:
                var task = Required(
                    utf8, ref envelope, envelope.TaskId, EnvelopeFault.TaskIdMissing, EnvelopeFault.TaskIdNotString, "params.taskId");
                return task is EnvelopeFault.None ? CheckCall(utf8, ref envelope) : task;
            case McpMethod.CompletionComplete:
                return CheckRef(utf8, ref envelope);
            case McpMethod.LoggingSetLevel:
                return envelope.Level.IsString(utf8)
                    ? EnvelopeFault.None
                    : Fail(ref envelope, EnvelopeFault.LevelNotString, "params.level");
            case McpMethod.Initialize:
                return CheckInitialize(utf8, ref envelope);
            case McpMethod.NotificationCancelled:
                return IsNot(envelope.RequestId, IsToken(utf8, envelope.RequestId))
                    ? Fail(ref envelope, EnvelopeFault.RequestIdBadType, "params.requestId")
                    : EnvelopeFault.None;
            case McpMethod.NotificationProgress:
                return IsToken(utf8, envelope.ParamsProgressToken)
                    ? EnvelopeFault.None
                    : Fail(ref envelope, EnvelopeFault.ProgressTokenBadType, "params.progressToken");
            default:
                return EnvelopeFault.None;
        }
    }

    /// <summary>What calls may carry beside the thing they name.</summary>
    private static EnvelopeFault CheckCall(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        if (IsNot(envelope.Arguments, envelope.Arguments.IsObject(utf8) || envelope.Arguments.IsNull(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.ArgumentsNotObject, "params.arguments");
        }

        if (IsNot(envelope.InputResponses, envelope.InputResponses.IsObject(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.InputResponsesNotObject, "params.inputResponses");
        }

        return IsNot(envelope.RequestState, envelope.RequestState.IsString(utf8))
            ? Fail(ref envelope, EnvelopeFault.RequestStateNotString, "params.requestState")
            : EnvelopeFault.None;
    }

    private static EnvelopeFault CheckRef(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        if (!envelope.Ref.IsPresent)
        {
            return Fail(ref envelope, EnvelopeFault.RefMissing, "params.ref");
        }

        if (!envelope.Ref.IsObject(utf8))
        {
            return Fail(ref envelope, EnvelopeFault.RefNotObject, "params.ref");
        }

        if (envelope.RefType.IsString(utf8))
        {
            var type = envelope.RefType.Slice(utf8);
            if (JsonStringBytes.TextEquals(type, "ref/prompt"u8))
            {
                return envelope.RefName.IsString(utf8)
                    ? EnvelopeFault.None
                    : Fail(ref envelope, EnvelopeFault.RefNameNotString, "params.ref.name");
            }

            if (JsonStringBytes.TextEquals(type, "ref/resource"u8))
            {
                return envelope.RefUri.IsString(utf8)
                    ? EnvelopeFault.None
                    : Fail(ref envelope, EnvelopeFault.RefUriNotString, "params.ref.uri");
            }
        }

        return Fail(ref envelope, EnvelopeFault.RefTypeUnknown, "params.ref.type");
    }

    private static EnvelopeFault CheckInitialize(ReadOnlySpan<byte> utf8, ref Envelope envelope)
    {
        if (!envelope.InitializeProtocolVersion.IsString(utf8))
        {
            return Fail(ref envelope, EnvelopeFault.ProtocolVersionNotString, "params.protocolVersion");
        }

        if (IsNot(envelope.InitializeCapabilities, envelope.InitializeCapabilities.IsObject(utf8)))
        {
            return Fail(ref envelope, EnvelopeFault.CapabilitiesNotObject, "params.capabilities");
        }

        return IsNot(envelope.InitializeClientInfo, envelope.InitializeClientInfo.IsObject(utf8))
            ? Fail(ref envelope, EnvelopeFault.ClientInfoNotObject, "params.clientInfo")
            : EnvelopeFault.None;
    }

    private static EnvelopeFault Required(
        ReadOnlySpan<byte> utf8, ref Envelope envelope, ByteRange value, EnvelopeFault missing, EnvelopeFault wrong, string member)
    {
        if (value.IsString(utf8))
        {
            return EnvelopeFault.None;
        }

        return Fail(ref envelope, value.IsPresent ? wrong : missing, member);
    }

    private static bool IsNot(ByteRange value, bool expected) => value.IsPresent && !expected;

    private static bool IsToken(ReadOnlySpan<byte> utf8, ByteRange value) => value.IsString(utf8) || value.IsNumber(utf8);

    private static EnvelopeFault Fail(ref Envelope envelope, EnvelopeFault fault, string member)
    {
        envelope.FaultMember = member;
        return fault;
    }
}

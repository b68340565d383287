namespace McpGateway.Protocol.Mcp;

/// <summary>The members of a result that the gateway reads. Their numbers are bits of a "seen" mask.</summary>
internal enum ResultKey
{
    None,
    IsError,
    ResultType,
    NextCursor,
    TtlMs,
    CacheScope,
    RequestState,
    InputRequests,
    TaskId,
    Task,
    Content,
    StructuredContent,
    Tools,
    Prompts,
    Resources,
    ResourceTemplates,
    ProtocolVersion,
    SupportedVersions,
    Capabilities,
    ServerInfo,
    Instructions,
    Meta,
}

internal static class ResultKeys
{
    public static ResultKey Find(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 => key.SequenceEqual("task"u8) ? ResultKey.Task : ResultKey.None,
        5 => key.SequenceEqual("_meta"u8) ? ResultKey.Meta
            : key.SequenceEqual("tools"u8) ? ResultKey.Tools
            : key.SequenceEqual("ttlMs"u8) ? ResultKey.TtlMs : ResultKey.None,
        6 => key.SequenceEqual("taskId"u8) ? ResultKey.TaskId : ResultKey.None,
        7 => key.SequenceEqual("content"u8) ? ResultKey.Content
            : key.SequenceEqual("isError"u8) ? ResultKey.IsError
            : key.SequenceEqual("prompts"u8) ? ResultKey.Prompts : ResultKey.None,
        9 => key.SequenceEqual("resources"u8) ? ResultKey.Resources : ResultKey.None,
        10 => key.SequenceEqual("resultType"u8) ? ResultKey.ResultType
            : key.SequenceEqual("nextCursor"u8) ? ResultKey.NextCursor
            : key.SequenceEqual("cacheScope"u8) ? ResultKey.CacheScope
            : key.SequenceEqual("serverInfo"u8) ? ResultKey.ServerInfo : ResultKey.None,
        12 => key.SequenceEqual("requestState"u8) ? ResultKey.RequestState
            : key.SequenceEqual("capabilities"u8) ? ResultKey.Capabilities
            : key.SequenceEqual("instructions"u8) ? ResultKey.Instructions : ResultKey.None,
        13 => key.SequenceEqual("inputRequests"u8) ? ResultKey.InputRequests : ResultKey.None,
        15 => key.SequenceEqual("protocolVersion"u8) ? ResultKey.ProtocolVersion : ResultKey.None,
        17 => key.SequenceEqual("structuredContent"u8) ? ResultKey.StructuredContent
            : key.SequenceEqual("resourceTemplates"u8) ? ResultKey.ResourceTemplates
            : key.SequenceEqual("supportedVersions"u8) ? ResultKey.SupportedVersions : ResultKey.None,
        _ => ResultKey.None,
    };
}

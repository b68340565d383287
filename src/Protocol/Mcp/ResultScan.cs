using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>What the gateway reads of a response, as offsets into its bytes (protocol.md 1.11). Only the top level of <c>result</c> is looked at.</summary>
public struct ResultScan
{
    /// <summary>Response or error.</summary>
    public MessageKind Kind { get; internal set; }

    /// <summary>The id as raw JSON; absent or <c>null</c> only in errors.</summary>
    public ByteRange Id { get; internal set; }

    /// <summary>The whole <c>result</c> object.</summary>
    public ByteRange Result { get; internal set; }

    /// <summary>Whether <see cref="Result"/> has no members.</summary>
    public bool IsResultEmpty { get; internal set; }

    /// <summary>The whole <c>error</c> object.</summary>
    public ByteRange Error { get; internal set; }

    /// <summary><c>error.code</c>; 0 when it is missing or no 32-bit integer.</summary>
    public int ErrorCode { get; internal set; }

    /// <summary><c>error.code</c> as it stands; absent when it is missing.</summary>
    public ByteRange RawErrorCode { get; internal set; }

    /// <summary><c>error.message</c> string.</summary>
    public ByteRange ErrorMessage { get; internal set; }

    /// <summary><c>error.data</c></summary>
    public ByteRange ErrorData { get; internal set; }

    /// <summary><c>result.isError</c> is <c>true</c>: the tool failed.</summary>
    public bool IsError { get; internal set; }

    /// <summary>The kind of result.</summary>
    public ResultType Type { get; internal set; }

    /// <summary><c>result.resultType</c> string.</summary>
    public ByteRange ResultType { get; internal set; }

    /// <summary><c>result.nextCursor</c> string; <c>null</c> is recorded as absent.</summary>
    public ByteRange NextCursor { get; internal set; }

    /// <summary><c>result.ttlMs</c></summary>
    public ByteRange TtlMs { get; internal set; }

    /// <summary><c>result.cacheScope</c></summary>
    public ByteRange CacheScope { get; internal set; }

    /// <summary><c>result.requestState</c></summary>
    public ByteRange RequestState { get; internal set; }

    /// <summary><c>result.inputRequests</c></summary>
    public ByteRange InputRequests { get; internal set; }

    /// <summary><c>result.taskId</c> (tasks extension).</summary>
    public ByteRange TaskId { get; internal set; }

    /// <summary><c>result.task</c> (2025-11-25).</summary>
    public ByteRange Task { get; internal set; }

    /// <summary><c>result.content</c></summary>
    public ByteRange Content { get; internal set; }

    /// <summary><c>result.structuredContent</c></summary>
    public ByteRange StructuredContent { get; internal set; }

    /// <summary><c>result.tools</c></summary>
    public ByteRange Tools { get; internal set; }

    /// <summary><c>result.prompts</c></summary>
    public ByteRange Prompts { get; internal set; }

    /// <summary><c>result.resources</c></summary>
    public ByteRange Resources { get; internal set; }

    /// <summary><c>result.resourceTemplates</c></summary>
    public ByteRange ResourceTemplates { get; internal set; }

    /// <summary><c>result.protocolVersion</c> of an initialize answer.</summary>
    public ByteRange ProtocolVersion { get; internal set; }

    /// <summary><c>result.supportedVersions</c> of a discover answer.</summary>
    public ByteRange SupportedVersions { get; internal set; }

    /// <summary><c>result.capabilities</c> of an initialize or discover answer.</summary>
    public ByteRange Capabilities { get; internal set; }

    /// <summary><c>result.serverInfo</c> of an initialize answer.</summary>
    public ByteRange ServerInfo { get; internal set; }

    /// <summary><c>result.instructions</c> of an initialize or discover answer.</summary>
    public ByteRange Instructions { get; internal set; }

    /// <summary><c>result._meta</c></summary>
    public ByteRange Meta { get; internal set; }

    /// <summary><c>result._meta["io.modelcontextprotocol/serverInfo"]</c></summary>
    public ByteRange MetaServerInfo { get; internal set; }

    /// <summary><c>result._meta["io.mcpgateway/overhead"]</c>: of another gateway behind this one.</summary>
    public ByteRange MetaOverhead { get; internal set; }
}

namespace McpGateway.Protocol.JsonRpc;

/// <summary>What shall change in <c>params._meta</c>. Values are raw JSON; an empty one leaves the member as it is.</summary>
/// <remarks>
/// To a legacy upstream: <see cref="RemoveReserved"/>. To a modern one for a legacy client: <see cref="ProtocolVersion"/>,
/// <see cref="ClientCapabilities"/>, <see cref="ClientInfo"/> (protocol.md 1.3, 2.2).
/// </remarks>
public readonly ref struct MetaEdit
{
    /// <summary>Remove the members whose names begin with <c>io.modelcontextprotocol/</c>, unless they are set here.</summary>
    public bool RemoveReserved { get; init; }

    /// <summary><c>progressToken</c></summary>
    public ReadOnlySpan<byte> ProgressToken { get; init; }

    /// <summary><c>io.modelcontextprotocol/protocolVersion</c></summary>
    public ReadOnlySpan<byte> ProtocolVersion { get; init; }

    /// <summary><c>io.modelcontextprotocol/clientCapabilities</c></summary>
    public ReadOnlySpan<byte> ClientCapabilities { get; init; }

    /// <summary><c>io.modelcontextprotocol/clientInfo</c></summary>
    public ReadOnlySpan<byte> ClientInfo { get; init; }

    /// <summary><c>io.modelcontextprotocol/logLevel</c></summary>
    public ReadOnlySpan<byte> LogLevel { get; init; }

    /// <summary><c>io.modelcontextprotocol/subscriptionId</c> of a notification on a listen stream.</summary>
    public ReadOnlySpan<byte> SubscriptionId { get; init; }

    /// <summary><c>traceparent</c></summary>
    public ReadOnlySpan<byte> TraceParent { get; init; }

    /// <summary><c>tracestate</c></summary>
    public ReadOnlySpan<byte> TraceState { get; init; }

    /// <summary>Name (unescaped UTF-8) of one further member, in a namespace of our own; its value is <see cref="OwnValue"/>.</summary>
    public ReadOnlySpan<byte> OwnKey { get; init; }

    /// <summary>Value of <see cref="OwnKey"/>.</summary>
    public ReadOnlySpan<byte> OwnValue { get; init; }

    /// <summary>How many members <see cref="Member"/> knows.</summary>
    internal const int MemberCount = 9;

    /// <summary>The members by number: name and new value, which is empty when nothing changes.</summary>
    internal ReadOnlySpan<byte> Member(int index, out ReadOnlySpan<byte> value)
    {
        switch (index)
        {
            case 0: value = ProgressToken; return "progressToken"u8;
            case 1: value = ProtocolVersion; return "io.modelcontextprotocol/protocolVersion"u8;
            case 2: value = ClientCapabilities; return "io.modelcontextprotocol/clientCapabilities"u8;
            case 3: value = ClientInfo; return "io.modelcontextprotocol/clientInfo"u8;
            case 4: value = LogLevel; return "io.modelcontextprotocol/logLevel"u8;
            case 5: value = SubscriptionId; return "io.modelcontextprotocol/subscriptionId"u8;
            case 6: value = TraceParent; return "traceparent"u8;
            case 7: value = TraceState; return "tracestate"u8;
            default: value = OwnKey.IsEmpty ? default : OwnValue; return OwnKey;
        }
    }
}

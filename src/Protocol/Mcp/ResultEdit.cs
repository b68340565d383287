namespace McpGateway.Protocol.Mcp;

/// <summary>What shall change in a response. Values are raw JSON; an empty one leaves the member as it is.</summary>
public readonly ref struct ResultEdit
{
    /// <summary>Replaces the id.</summary>
    public ReadOnlySpan<byte> Id { get; init; }

    /// <summary>Written when the upstream gave no <c>resultType</c>; never replaces one.</summary>
    public ReadOnlySpan<byte> ResultTypeIfAbsent { get; init; }

    /// <summary>Sets <c>ttlMs</c>.</summary>
    public ReadOnlySpan<byte> TtlMs { get; init; }

    /// <summary>Sets <c>cacheScope</c>.</summary>
    public ReadOnlySpan<byte> CacheScope { get; init; }

    /// <summary>Sets <c>_meta["io.modelcontextprotocol/serverInfo"]</c>.</summary>
    public ReadOnlySpan<byte> ServerInfo { get; init; }

    /// <summary>Sets <c>_meta["io.mcpgateway/overhead"]</c>.</summary>
    public ReadOnlySpan<byte> Overhead { get; init; }

    /// <summary>Replaces <c>requestState</c> if there is one.</summary>
    public ReadOnlySpan<byte> RequestState { get; init; }

    /// <summary>Replaces <c>taskId</c> if there is one.</summary>
    public ReadOnlySpan<byte> TaskId { get; init; }
}

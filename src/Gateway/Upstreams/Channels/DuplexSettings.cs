using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>How a <see cref="DuplexClient"/> behaves. Callbacks come from its reading loop and must be quick.</summary>
public sealed record DuplexSettings
{
    /// <summary>Calls that may run at once; one more is refused as busy.</summary>
    public int MaxCalls { get; init; } = 256;

    /// <summary>Callers of different owners use the connection.</summary>
    public bool SharedByStrangers { get; init; }

    /// <summary>The connection declared client capabilities: the upstream's requests go to the client of a call. Else they are refused.</summary>
    public bool MayAsk { get; init; }

    /// <summary>The upstream said that a list changed.</summary>
    public Action<McpMethod>? OnListChanged { get; init; }

    /// <summary>Any other notification that belongs to no call, such as an updated resource or a log message while none runs.</summary>
    public Action<McpMethod, ReadOnlyMemory<byte>>? OnNotification { get; init; }

    /// <summary>Something came that is no message; for the upstream's log.</summary>
    public Action<string>? OnOddity { get; init; }
}

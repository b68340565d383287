using System.Text.Json;
using McpGateway.Gateway.Telemetry;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>The gateway's own conversation with an upstream, whatever the transport: one request after the other, answers read whole.</summary>
internal abstract class UpstreamClient : IAsyncDisposable
{
    /// <summary>Whether requests carry what 2026-07-28 wants.</summary>
    public bool Modern { get; set; }

    /// <summary>The legacy revision agreed on; null before.</summary>
    public string? ProtocolVersion { get; set; }

    /// <summary>The id of the newest request.</summary>
    protected long LastId { get; set; }

    /// <summary>The session the upstream gave; only over HTTP.</summary>
    public virtual string? SessionId => null;

    /// <summary>Where the upstream is; null for a process.</summary>
    protected virtual Uri? Address => null;

    public async Task<UpstreamReply> RequestAsync(string method, Action<Utf8JsonWriter>? parameters, CancellationToken cancellationToken)
    {
        using var span = ConversationTrace.Begin(method, Modern ? UpstreamHandshake.ModernVersion : ProtocolVersion, Address);
        var id = ++LastId;
        var message = RpcMessages.Request(id, method, Modern ? WithMeta(parameters) : parameters);
        var (response, failure) = await ExchangeAsync(message, id, method, cancellationToken);
        var reply = UpstreamReply.From(response, failure);
        ConversationTrace.Note(span, reply);
        return reply;
    }

    public Task<UpstreamFailure?> NotifyAsync(string method, CancellationToken cancellationToken) =>
        SendAsync(RpcMessages.Notification(method, null), method, cancellationToken);

    /// <summary>Sends the response to a request of the upstream.</summary>
    public Task<UpstreamFailure?> AnswerAsync(byte[] response, CancellationToken cancellationToken) => SendAsync(response, "", cancellationToken);

    /// <summary>Ends the conversation, with the session or process that was made for it.</summary>
    public abstract ValueTask DisposeAsync();

    protected abstract Task<(ReadOnlyMemory<byte> Response, UpstreamFailure? Failure)> ExchangeAsync(
        byte[] message, long id, string method, CancellationToken cancellationToken);

    protected abstract Task<UpstreamFailure?> SendAsync(byte[] message, string method, CancellationToken cancellationToken);

    /// <summary>The metadata of every modern request.</summary>
    internal static void WriteMeta(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("_meta");
        writer.WriteString("io.modelcontextprotocol/protocolVersion", UpstreamHandshake.ModernVersion);
        writer.WritePropertyName("io.modelcontextprotocol/clientCapabilities");
        writer.WriteRawValue(ClientCapabilitiesJson.Write(GatewayIdentity.DiscoveryCapabilities).Span, skipInputValidation: true);
        writer.WritePropertyName("io.modelcontextprotocol/clientInfo");
        UpstreamHandshake.WriteClientInfo(writer);
        writer.WriteEndObject();
    }

    private static Action<Utf8JsonWriter> WithMeta(Action<Utf8JsonWriter>? parameters) => writer =>
    {
        parameters?.Invoke(writer);
        WriteMeta(writer);
    };
}

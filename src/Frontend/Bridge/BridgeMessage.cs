using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>One message of the client, as it came on a line.</summary>
internal sealed class BridgeMessage(ReadOnlyMemory<byte> bytes, Envelope envelope)
{
    private Envelope _envelope = envelope;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public ref readonly Envelope Envelope => ref _envelope;

    public ReadOnlyMemory<byte> Id => _envelope.Id.Slice(bytes);

    public bool IsRequest => _envelope.Kind == MessageKind.Request;

    public bool IsInitialize => IsRequest && _envelope.Method == McpMethod.Initialize;

    /// <summary>The revision that the message itself names, as modern ones do; null where the session's counts.</summary>
    public string? OwnRevision => Text(_envelope.ProtocolVersion);

    public string MethodName => Text(_envelope.MethodName) ?? "";

    /// <summary>What <c>Mcp-Name</c> repeats of the message; null when it has no such part.</summary>
    public string? RoutedName => Text(_envelope.Method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet => _envelope.Name,
        McpMethod.ResourcesRead => _envelope.Uri,
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => _envelope.TaskId,
        _ => default,
    });

    private string? Text(ByteRange range) => range.IsString(bytes.Span) ? JsonStringBytes.GetString(range.Slice(bytes.Span)) : null;
}

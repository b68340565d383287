using System.Text;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>The members that the gateway reads, by object. Their numbers are bits of a "seen" mask.</summary>
internal static class RoutedKeys
{
    /// <summary>Room for a routed key in which every character is escaped.</summary>
    public const int ScratchLength = 6 * 48;

    public const int None = -1;

    public const int JsonRpc = 0, Id = 1, Method = 2, Params = 3, Result = 4, Error = 5;

    public const int Uri = 0, Ref = 1, Name = 2, Task = 3, Meta = 4, Level = 5, TaskId = 6, Cursor = 7, Arguments = 8, RequestId = 9,
        ClientInfo = 10, RequestState = 11, Capabilities = 12, Notifications = 13, ProgressToken = 14, InputResponses = 15,
        ProtocolVersion = 16;

    public const int RefType = 0, RefName = 1, RefUri = 2;

    public const int MetaProgressToken = 0, MetaProtocolVersion = 1, MetaClientCapabilities = 2, MetaClientInfo = 3, MetaLogLevel = 4,
        MetaSubscriptionId = 5, MetaTraceParent = 6, MetaTraceState = 7, MetaOverhead = 8;

    /// <summary>Names in the order of the numbers above.</summary>
    public static readonly string[] Top = ["jsonrpc", "id", "method", "params", "result", "error"];

    /// <inheritdoc cref="Top"/>
    public static readonly string[] OfParams =
    [
        "params.uri", "params.ref", "params.name", "params.task", "params._meta", "params.level", "params.taskId", "params.cursor",
        "params.arguments", "params.requestId", "params.clientInfo", "params.requestState", "params.capabilities", "params.notifications",
        "params.progressToken", "params.inputResponses", "params.protocolVersion",
    ];

    /// <inheritdoc cref="Top"/>
    public static readonly string[] OfRef = ["params.ref.type", "params.ref.name", "params.ref.uri"];

    /// <inheritdoc cref="Top"/>
    public static readonly string[] OfMeta =
    [
        "params._meta.progressToken", "params._meta.io.modelcontextprotocol/protocolVersion",
        "params._meta.io.modelcontextprotocol/clientCapabilities", "params._meta.io.modelcontextprotocol/clientInfo",
        "params._meta.io.modelcontextprotocol/logLevel", "params._meta.io.modelcontextprotocol/subscriptionId",
        "params._meta.traceparent", "params._meta.tracestate", "params._meta.io.mcpgateway/overhead",
    ];

    public static int FindTop(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 => key.SequenceEqual("id"u8) ? Id : None,
        5 => key.SequenceEqual("error"u8) ? Error : None,
        6 => key.SequenceEqual("method"u8) ? Method : key.SequenceEqual("params"u8) ? Params : key.SequenceEqual("result"u8) ? Result : None,
        7 => key.SequenceEqual("jsonrpc"u8) ? JsonRpc : None,
        _ => None,
    };

    public static int FindInParams(ReadOnlySpan<byte> key) => key.Length switch
    {
        3 => key.SequenceEqual("uri"u8) ? Uri : key.SequenceEqual("ref"u8) ? Ref : None,
        4 => key.SequenceEqual("name"u8) ? Name : key.SequenceEqual("task"u8) ? Task : None,
        5 => key.SequenceEqual("_meta"u8) ? Meta : key.SequenceEqual("level"u8) ? Level : None,
        6 => key.SequenceEqual("taskId"u8) ? TaskId : key.SequenceEqual("cursor"u8) ? Cursor : None,
        9 => key.SequenceEqual("arguments"u8) ? Arguments : key.SequenceEqual("requestId"u8) ? RequestId : None,
        10 => key.SequenceEqual("clientInfo"u8) ? ClientInfo : None,
        12 => key.SequenceEqual("requestState"u8) ? RequestState : key.SequenceEqual("capabilities"u8) ? Capabilities : None,
        13 => key.SequenceEqual("progressToken"u8) ? ProgressToken : key.SequenceEqual("notifications"u8) ? Notifications : None,
        14 => key.SequenceEqual("inputResponses"u8) ? InputResponses : None,
        15 => key.SequenceEqual("protocolVersion"u8) ? ProtocolVersion : None,
        _ => None,
    };

    public static int FindInRef(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("type"u8) ? RefType : key.SequenceEqual("name"u8) ? RefName : key.SequenceEqual("uri"u8) ? RefUri : None;

    public static int FindInMeta(ReadOnlySpan<byte> key) => key.Length switch
    {
        10 => key.SequenceEqual("tracestate"u8) ? MetaTraceState : None,
        11 => key.SequenceEqual("traceparent"u8) ? MetaTraceParent : None,
        13 => key.SequenceEqual("progressToken"u8) ? MetaProgressToken : None,
        22 => key.SequenceEqual("io.mcpgateway/overhead"u8) ? MetaOverhead : None,
        > 24 when key.StartsWith("io.modelcontextprotocol/"u8) => FindReserved(key[24..]),
        _ => None,
    };

    /// <summary>The routed key that a lenient, case-folding parser would take this one for.</summary>
    /// <remarks>U+017F and U+212A fold to "s" and "k": some parsers do that too.</remarks>
    public static int FindIgnoringCase(ReadOnlySpan<byte> key, string[] paths, int prefixLength)
    {
        if (key.Length > ScratchLength)
        {
            return None;
        }

        Span<byte> folded = stackalloc byte[ScratchLength];
        var length = Fold(key, folded);
        for (var i = 0; i < paths.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(folded[..length], paths[i].AsSpan(prefixLength)))
            {
                return i;
            }
        }

        return None;
    }

    private static int Fold(ReadOnlySpan<byte> key, Span<byte> folded)
    {
        var length = 0;
        while (!key.IsEmpty)
        {
            if (key.StartsWith("\u017f"u8))
            {
                folded[length++] = (byte)'s';
                key = key[2..];
            }
            else if (key.StartsWith("\u212a"u8))
            {
                folded[length++] = (byte)'k';
                key = key[3..];
            }
            else
            {
                folded[length++] = key[0];
                key = key[1..];
            }
        }

        return length;
    }

    private static int FindReserved(ReadOnlySpan<byte> name) => name.Length switch
    {
        8 => name.SequenceEqual("logLevel"u8) ? MetaLogLevel : None,
        10 => name.SequenceEqual("clientInfo"u8) ? MetaClientInfo : None,
        14 => name.SequenceEqual("subscriptionId"u8) ? MetaSubscriptionId : None,
        15 => name.SequenceEqual("protocolVersion"u8) ? MetaProtocolVersion : None,
        18 => name.SequenceEqual("clientCapabilities"u8) ? MetaClientCapabilities : None,
        _ => None,
    };
}

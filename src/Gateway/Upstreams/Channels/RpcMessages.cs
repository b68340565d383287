using System.Buffers;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>Messages that the gateway itself sends to upstreams.</summary>
internal static class RpcMessages
{
    public static byte[] Request(long id, string method, Action<Utf8JsonWriter>? parameters)
    {
        var message = new ArrayBufferWriter<byte>(256);
        var number = new ArrayBufferWriter<byte>(20);
        JsonRpcWriter.WriteNumber(number, id);
        JsonRpcWriter.WriteRequest(message, number.WrittenSpan, method, Params(parameters));
        return message.WrittenSpan.ToArray();
    }

    public static byte[] Notification(string method, Action<Utf8JsonWriter>? parameters)
    {
        var message = new ArrayBufferWriter<byte>(128);
        JsonRpcWriter.WriteNotification(message, method, Params(parameters));
        return message.WrittenSpan.ToArray();
    }

    public static byte[] Result(ReadOnlySpan<byte> rawId, ReadOnlySpan<byte> rawResult)
    {
        var message = new ArrayBufferWriter<byte>(64);
        JsonRpcWriter.WriteResult(message, rawId, rawResult);
        return message.WrittenSpan.ToArray();
    }

    public static byte[] Error(ReadOnlySpan<byte> rawId, int code, string text)
    {
        var message = new ArrayBufferWriter<byte>(128);
        JsonRpcWriter.WriteError(message, rawId, code, text);
        return message.WrittenSpan.ToArray();
    }

    private static byte[] Params(Action<Utf8JsonWriter>? parameters)
    {
        if (parameters is null)
        {
            return [];
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(bytes);
        writer.WriteStartObject();
        parameters(writer);
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Buffers.Text;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Writes JSON-RPC 2.0 messages as bytes. Ids, results and data are raw JSON and are copied as they are.</summary>
public static class JsonRpcWriter
{
    /// <summary>Writes an error answer.</summary>
    /// <param name="writer">Receives the message.</param>
    /// <param name="rawId">The request's id as it was sent; empty writes <c>null</c>.</param>
    /// <param name="code">See <see cref="McpErrorCode"/>.</param>
    /// <param name="message">Shown to the client: no internals.</param>
    /// <param name="rawData">The <c>data</c> member; empty leaves it out.</param>
    public static void WriteError(
        IBufferWriter<byte> writer, ReadOnlySpan<byte> rawId, int code, ReadOnlySpan<char> message, ReadOnlySpan<byte> rawData = default)
    {
        WriteHead(writer, rawId.IsEmpty ? "null"u8 : rawId);
        writer.Write(",\"error\":{\"code\":"u8);
        WriteNumber(writer, code);
        writer.Write(",\"message\":"u8);
        JsonStringBytes.Write(writer, message);
        if (!rawData.IsEmpty)
        {
            writer.Write(",\"data\":"u8);
            writer.Write(rawData);
        }

        writer.Write("}}"u8);
    }

    /// <summary>Writes the error answer for a message that was refused; its id is echoed when it is known.</summary>
    public static void WriteError(IBufferWriter<byte> writer, ReadOnlySpan<byte> utf8, in Envelope envelope, EnvelopeFault fault) =>
        WriteError(writer, envelope.Id.Slice(utf8), fault.Code(), fault.Message(envelope));

    /// <summary>Writes a result.</summary>
    public static void WriteResult(IBufferWriter<byte> writer, ReadOnlySpan<byte> rawId, ReadOnlySpan<byte> rawResult)
    {
        WriteHead(writer, rawId);
        writer.Write(",\"result\":"u8);
        writer.Write(rawResult);
        writer.Write("}"u8);
    }

    /// <summary>Writes a request.</summary>
    /// <param name="writer">Receives the message.</param>
    /// <param name="rawId">Raw JSON.</param>
    /// <param name="method">The name, unescaped.</param>
    /// <param name="rawParams">A JSON object; empty leaves it out.</param>
    public static void WriteRequest(
        IBufferWriter<byte> writer, ReadOnlySpan<byte> rawId, ReadOnlySpan<char> method, ReadOnlySpan<byte> rawParams = default)
    {
        WriteHead(writer, rawId);
        WriteMethod(writer, method, rawParams);
    }

    /// <summary>Writes a notification.</summary>
    /// <inheritdoc cref="WriteRequest" path="/param"/>
    public static void WriteNotification(IBufferWriter<byte> writer, ReadOnlySpan<char> method, ReadOnlySpan<byte> rawParams = default)
    {
        writer.Write("{\"jsonrpc\":\"2.0\""u8);
        WriteMethod(writer, method, rawParams);
    }

    /// <summary>Writes a whole number as JSON.</summary>
    public static void WriteNumber(IBufferWriter<byte> writer, long value)
    {
        Utf8Formatter.TryFormat(value, writer.GetSpan(20), out var written);
        writer.Advance(written);
    }

    private static void WriteHead(IBufferWriter<byte> writer, ReadOnlySpan<byte> rawId)
    {
        writer.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        writer.Write(rawId);
    }

    private static void WriteMethod(IBufferWriter<byte> writer, ReadOnlySpan<char> method, ReadOnlySpan<byte> rawParams)
    {
        writer.Write(",\"method\":"u8);
        JsonStringBytes.Write(writer, method);
        if (!rawParams.IsEmpty)
        {
            writer.Write(",\"params\":"u8);
            writer.Write(rawParams);
        }

        writer.Write("}"u8);
    }
}

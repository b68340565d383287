using System.Buffers;
using System.Text;
using McpGateway.Protocol.Sse;

namespace McpGateway.Frontend.Relay;

/// <summary>Writes a JSON-RPC message as an SSE event of type <c>message</c>.</summary>
internal static class EventWriter
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message, string? id = null)
    {
        if (id is not null)
        {
            output.Write("id: "u8);
            Encoding.ASCII.GetBytes(id, output);
            output.Write("\n"u8);
        }

        // JSON from elsewhere may be pretty-printed; a line break inside it would end the data field.
        if (message.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            SseWriter.WriteEvent(output, message, "message"u8);
            return;
        }

        output.Write("event: message\ndata: "u8);
        output.Write(message);
        output.Write("\n\n"u8);
    }

    /// <summary>An event without data: the client learns where it is before anything was said, and how soon it may come back.</summary>
    public static void WritePriming(IBufferWriter<byte> output, string id) =>
        Encoding.ASCII.GetBytes($"id: {id}\nretry: 500\ndata:\n\n", output);
}

using System.Buffers;
using McpGateway.Protocol.Sse;

namespace McpGateway.Frontend.Relay;

/// <summary>Writes a JSON-RPC message as an SSE event of type <c>message</c>.</summary>
internal static class EventWriter
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
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
}

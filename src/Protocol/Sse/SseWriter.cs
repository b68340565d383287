using System.Buffers;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Sse;

/// <summary>Writes server-sent events. Lines end with a line feed; flush after each event.</summary>
public static class SseWriter
{
    /// <summary>Media type of an event stream.</summary>
    public const string MediaType = "text/event-stream";

    private static readonly SearchValues<byte> s_lineEnds = SearchValues.Create("\r\n"u8);

    /// <summary>Writes an event.</summary>
    /// <param name="writer">Receives the bytes.</param>
    /// <param name="data">May contain line ends of any kind; each of its lines becomes a data line. Empty writes an empty data line.</param>
    /// <param name="eventType">Empty leaves it out, which means <c>message</c>. One line.</param>
    /// <param name="id">Empty leaves it out. One line.</param>
    /// <exception cref="ArgumentException"><paramref name="eventType"/> or <paramref name="id"/> contains a line end.</exception>
    public static void WriteEvent(
        IBufferWriter<byte> writer, ReadOnlySpan<byte> data, ReadOnlySpan<byte> eventType = default, ReadOnlySpan<byte> id = default)
    {
        WriteField(writer, "event: "u8, eventType);
        WriteField(writer, "id: "u8, id);
        int end;
        while ((end = data.IndexOfAny(s_lineEnds)) >= 0)
        {
            WriteLine(writer, "data: "u8, data[..end]);
            var isPair = data[end] == (byte)'\r' && end + 1 < data.Length && data[end + 1] == (byte)'\n';
            data = data[(end + (isPair ? 2 : 1))..];
        }

        WriteLine(writer, "data: "u8, data);
        writer.Write("\n"u8);
    }

    /// <summary>Writes a comment: a keep-alive. One line.</summary>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains a line end.</exception>
    public static void WriteComment(IBufferWriter<byte> writer, ReadOnlySpan<byte> text = default)
    {
        ThrowIfSeveralLines(text);
        WriteLine(writer, ":"u8, text);
        writer.Write("\n"u8);
    }

    /// <summary>Writes how long a client shall wait before it reconnects.</summary>
    public static void WriteRetry(IBufferWriter<byte> writer, int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        writer.Write("retry: "u8);
        JsonRpcWriter.WriteNumber(writer, milliseconds);
        writer.Write("\n\n"u8);
    }

    private static void WriteField(IBufferWriter<byte> writer, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> value)
    {
        ThrowIfSeveralLines(value);
        if (!value.IsEmpty)
        {
            WriteLine(writer, prefix, value);
        }
    }

    private static void WriteLine(IBufferWriter<byte> writer, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> value)
    {
        writer.Write(prefix);
        writer.Write(value);
        writer.Write("\n"u8);
    }

    private static void ThrowIfSeveralLines(ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny(s_lineEnds))
        {
            throw new ArgumentException("The value must be one line.", nameof(value));
        }
    }
}

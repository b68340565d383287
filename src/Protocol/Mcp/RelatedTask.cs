using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// The member <c>_meta["io.modelcontextprotocol/related-task"]</c> of messages that belong to a task (spec 2025-11-25, tasks: associating
/// task-related messages).
/// </summary>
public static class RelatedTask
{
    /// <summary>Name of the member.</summary>
    public const string Key = "io.modelcontextprotocol/related-task";

    /// <summary>
    /// Where the id of the related task stands, as a JSON string; absent when the message names none. The first member of that name counts,
    /// at whatever depth.
    /// </summary>
    /// <param name="message">A whole message, well-formed.</param>
    public static ByteRange Find(ReadOnlySpan<byte> message)
    {
        var quoted = "\"io.modelcontextprotocol/related-task\""u8;
        for (var from = 0; message[from..].IndexOf(quoted) is var found and >= 0; from += found + quoted.Length)
        {
            var at = from + found;
            // The text may stand inside a string: there its first quote is escaped, or ends the string.
            if ((at == 0 || message[at - 1] != (byte)'\\') && FindId(message, at + quoted.Length) is { IsPresent: true } id)
            {
                return id;
            }
        }

        return default;
    }

    private static ByteRange FindId(ReadOnlySpan<byte> message, int afterKey)
    {
        var start = SkipSpace(message, afterKey);
        if (start == message.Length || message[start] != (byte)':')
        {
            return default;
        }

        start = SkipSpace(message, start + 1);
        if (start == message.Length || message[start] != (byte)'{')
        {
            return default;
        }

        var reader = new Utf8JsonReader(message[start..], isFinalBlock: false, default);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("taskId"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String)
            {
                return new ByteRange(start + (int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
            }

            if (!reader.TrySkip())
            {
                break;
            }
        }

        return default;
    }

    private static int SkipSpace(ReadOnlySpan<byte> message, int at)
    {
        while (at < message.Length && message[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }
}

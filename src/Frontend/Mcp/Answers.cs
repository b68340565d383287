using System.Buffers;
using System.Text.Json;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>Answers that the gateway gives itself.</summary>
internal static class Answers
{
    /// <summary>Answers with an error. The status is what a modern client is told; a legacy one gets 200, as its revisions say.</summary>
    /// <param name="data">The raw JSON of <c>error.data</c>; empty for none.</param>
    public static async ValueTask FailAsync(
        this McpExchange exchange, int code, string message, ReadOnlyMemory<byte> data = default, int modernStatus = StatusCodes.Status200OK)
    {
        exchange.Trace?.Failed(code);
        using var buffer = new PooledBuffer(512);
        JsonRpcWriter.WriteError(buffer, exchange.Id, code, message, data.Span);
        await exchange.Reply.CompleteAsync(buffer.Written, exchange.IsModern ? modernStatus : StatusCodes.Status200OK);
    }

    /// <summary>What a client is told to wait where nobody knows better.</summary>
    public const int SoonSeconds = 1;

    /// <summary>
    /// Answers that there is no room for the request now, and when to try again: in the error, and in HTTP's own words. The status is not for the
    /// sessions of legacy clients: the SDKs of their time take it for the end of the connection, other running calls included.
    /// </summary>
    /// <param name="overhead">Where the time of the call went that is refused, as JSON; null or empty for callers who did not ask.</param>
    public static async ValueTask RefuseAsync(
        this McpExchange exchange,
        int code,
        string message,
        int retryAfter = SoonSeconds,
        int status = StatusCodes.Status503ServiceUnavailable,
        byte[]? overhead = null)
    {
        exchange.Trace?.Failed(code);
        using var buffer = new PooledBuffer(512);
        retryAfter = Math.Max(retryAfter, SoonSeconds);
        var data = Object(writer =>
        {
            writer.WriteNumber("retryAfter"u8, retryAfter);
            if (overhead is { Length: > 0 })
            {
                writer.WritePropertyName(OverheadAnswer.Key);
                writer.WriteRawValue(overhead);
            }
        });
        JsonRpcWriter.WriteError(buffer, exchange.Id, code, message, data);
        exchange.Reply.SetRetryAfter(retryAfter);
        await exchange.Reply.CompleteAsync(buffer.Written, exchange.IsModern || exchange.Session is null ? status : StatusCodes.Status200OK);
    }

    /// <summary>Answers a method that is none in the client's revision.</summary>
    public static ValueTask FailUnknownMethodAsync(this McpExchange exchange) => exchange.FailAsync(
        McpErrorCode.MethodNotFound,
        $"The method '{JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.MethodName))}' does not exist in revision {exchange.Revision.Text()}.",
        modernStatus: StatusCodes.Status404NotFound);

    /// <summary>Answers with a result that <paramref name="write"/> writes: a whole JSON object.</summary>
    public static async ValueTask SucceedAsync<TState>(this McpExchange exchange, Action<PooledBuffer, TState> write, TState state)
    {
        using var buffer = new PooledBuffer();
        buffer.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        buffer.Write(exchange.Id);
        buffer.Write(",\"result\":"u8);
        write(buffer, state);
        buffer.Write("}"u8);
        await exchange.Reply.CompleteAsync(buffer.Written);
    }

    /// <summary>An error for a message whose id is not known, such as one that could not be read.</summary>
    public static async Task WriteErrorAsync(HttpContext http, int status, int code, string message, ReadOnlyMemory<byte> id = default, ReadOnlyMemory<byte> data = default)
    {
        using var buffer = new PooledBuffer(512);
        JsonRpcWriter.WriteError(buffer, id.Span, code, message, data.Span);
        await new HttpReply(http).CompleteAsync(buffer.Written, status);
    }

    /// <summary>
    /// Says what went wrong in words that a model reads: as a tool's failure, which it may mend, or as an error where there is no such thing.
    /// </summary>
    public static async ValueTask FailInWordsAsync(this McpExchange exchange, string text)
    {
        using var buffer = new PooledBuffer(1024);
        WriteFailureInWords(buffer, exchange, text);
        await exchange.Reply.CompleteAsync(buffer.Written);
    }

    /// <inheritdoc cref="FailInWordsAsync"/>
    public static void WriteFailureInWords(PooledBuffer output, McpExchange exchange, string text)
    {
        if (exchange.Envelope.Method != McpMethod.ToolsCall)
        {
            JsonRpcWriter.WriteError(output, exchange.Id, McpErrorCode.InternalError, text);
            return;
        }

        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(exchange.Id);
        output.Write(",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"u8);
        JsonStringBytes.Write(output, text);
        output.Write("}],\"isError\":true"u8);
        ModernResult.WriteMembers(output, exchange, isCacheable: false);
        output.Write("}}"u8);
    }

    /// <summary>A JSON object, such as <c>error.data</c>.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

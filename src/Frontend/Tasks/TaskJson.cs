using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Pieces of messages about tasks.</summary>
internal static class TaskJson
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 2 * EnvelopeScanner.MaxDepth };
    private static readonly byte[] s_head = """{"jsonrpc":"2.0","id":0,"result":"""u8.ToArray();

    /// <summary>Reads JSON as deep as any message may be, and what is put together from such.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> json) => JsonElement.Parse(json, s_deep);

    /// <summary>Writes <c>_meta</c> with the virtual server's identity, as every modern result has it.</summary>
    public static void WriteServerInfo(Utf8JsonWriter writer, McpExchange exchange)
    {
        writer.WriteStartObject("_meta"u8);
        writer.WritePropertyName("io.modelcontextprotocol/serverInfo"u8);
        writer.WriteRawValue(exchange.Server.Identity.ServerInfo.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Writes <c>_meta</c> without what an upstream put there for modern clients (the identity of the upstream) and without the related task;
    /// nothing when nothing is left.
    /// </summary>
    public static void WriteMetaWithoutTask(Utf8JsonWriter writer, JsonElement meta)
    {
        JsonProperty[] kept = [.. meta.EnumerateObject().Where(static member => !member.NameEquals(RelatedTask.Key) && !member.NameEquals("io.modelcontextprotocol/serverInfo"u8))];
        if (kept.Length == 0)
        {
            return;
        }

        writer.WriteStartObject("_meta"u8);
        foreach (var member in kept)
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>The params of a question without what names its task.</summary>
    /// <param name="rawParams">A JSON object; empty for none.</param>
    public static byte[] WithoutTask(ReadOnlySpan<byte> rawParams)
    {
        if (!RelatedTask.Find(rawParams).IsPresent)
        {
            return rawParams.ToArray();
        }

        var given = Parse(rawParams);
        return Answers.Object(writer =>
        {
            foreach (var member in given.EnumerateObject())
            {
                if (member.NameEquals("_meta"u8) && member.Value.ValueKind == JsonValueKind.Object)
                {
                    WriteMetaWithoutTask(writer, member.Value);
                }
                else
                {
                    member.WriteTo(writer);
                }
            }
        });
    }

    /// <summary>Writes an error response with what another message has as its error.</summary>
    public static void WriteError(PooledBuffer output, McpExchange exchange, JsonElement error)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(exchange.Id);
        output.Write(",\"error\":"u8);
        output.Write(JsonMarshal.GetRawUtf8Value(error));
        output.Write("}"u8);
    }

    /// <summary>A tool's result that stands somewhere inside a message, as a client can read it.</summary>
    public static byte[] Convert(ReadOnlySpan<byte> result, ContentRules rules, Func<string, string?>? exposedUri)
    {
        using var message = new PooledBuffer(s_head.Length + result.Length + 1);
        message.Write(s_head);
        message.Write(result);
        message.Write("}"u8);
        if (ResultScanner.Scan(message.WrittenSpan, out var scan) != ResultFault.None)
        {
            return result.ToArray();
        }

        using var edits = SpliceList.Rent();
        edits.EditContent(message.WrittenSpan, scan, McpMethod.ToolsCall, rules, exposedUri);
        return edits.ToArray(message.WrittenSpan)[s_head.Length..^1];
    }
}

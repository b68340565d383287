using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridging;

/// <summary>
/// An upstream of 2025-11-25 that first wants the user at some address says so with error -32042. A modern client is asked in its own form; a
/// client that cannot open addresses is told in words, which a model passes on to its user.
/// </summary>
internal static class UrlElicitations
{
    private const int MaxShown = 10;

    /// <summary>True when the client understands the error itself.</summary>
    public static bool Understands(McpExchange exchange) =>
        exchange.Revision == ProtocolRevision.November2025
        && (exchange.Session is not { } session || session.Capabilities.HasFlag(ClientCapabilities.UrlElicitation));

    /// <summary>
    /// Writes the error for this client: a modern one that opens addresses is asked to, and calls again afterwards; any other is told in
    /// words.
    /// </summary>
    public static void Write(PooledBuffer output, McpExchange exchange, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        if (!exchange.IsModern || !exchange.Capabilities.HasFlag(ClientCapabilities.UrlElicitation) || ReadElicitations(message, scan) is not { Count: > 0 } elicitations)
        {
            Answers.WriteFailureInWords(output, exchange, Describe(message, scan));
            return;
        }

        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(exchange.Id);
        output.Write(",\"result\":{\"resultType\":\"input_required\",\"inputRequests\":"u8);
        InputRequests.Write(output, elicitations);
        ModernResult.WriteMeta(output, exchange);
        output.Write("}}"u8);
    }

    private static List<InputRequest> ReadElicitations(ReadOnlySpan<byte> message, in ResultScan scan)
    {
        var questions = new List<InputRequest>();
        if (scan.ErrorData.IsObject(message))
        {
            var reader = new Utf8JsonReader(scan.ErrorData.Slice(message));
            using var data = JsonDocument.ParseValue(ref reader);
            if (data.RootElement.TryGetProperty("elicitations"u8, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var elicitation in list.EnumerateArray().Take(MaxShown))
                {
                    var rawParams = elicitation.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(elicitation).ToArray() : [];
                    if (QuestionRules.IsByUrl(rawParams))
                    {
                        questions.Add(new InputRequest($"q{questions.Count + 1}", McpMethod.ElicitationCreate, rawParams));
                    }
                }
            }
        }

        return questions;
    }

    private static string Describe(ReadOnlySpan<byte> message, in ResultScan scan)
    {
        var text = new StringBuilder(scan.ErrorMessage.IsPresent ? JsonStringBytes.GetString(scan.ErrorMessage.Slice(message)) : "Something has to be done in a browser first.");
        if (scan.ErrorData.IsObject(message))
        {
            var reader = new Utf8JsonReader(scan.ErrorData.Slice(message));
            using var data = JsonDocument.ParseValue(ref reader);
            if (data.RootElement.TryGetProperty("elicitations"u8, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var elicitation in list.EnumerateArray().Take(MaxShown))
                {
                    Append(text, Text(elicitation, "message"), Text(elicitation, "url"));
                }
            }
        }

        return text.Append("\nThen call again.").ToString();
    }

    private static void Append(StringBuilder text, string? message, string? url)
    {
        if (url is not null)
        {
            text.Append('\n').Append(message is null ? "" : message + " ").Append(url);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// What clients are told of changes: legacy ones on their session's stream, modern ones on a listen stream, where each message is tagged
/// with the listen request's id (spec 2026-07-28, subscriptions).
/// </summary>
internal static class SubscriptionMessages
{
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    private static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Acknowledged(ReadOnlyMemory<byte> id, SubscriptionFilter honoured) =>
        Notification("notifications/subscriptions/acknowledged", id, writer =>
        {
            writer.WritePropertyName("notifications"u8);
            honoured.WriteTo(writer);
        });

    public static ReadOnlyMemory<byte> ListChanged(ReadOnlyMemory<byte> id, ChangedLists list) =>
        Notification($"notifications/{NameOf(list)}/list_changed", id, static _ => { });

    /// <param name="id">Of the listen request; empty for legacy clients.</param>
    public static ReadOnlyMemory<byte> ResourceUpdated(string uri, ReadOnlyMemory<byte> id = default) =>
        Notification("notifications/resources/updated", id, writer => writer.WriteString("uri"u8, uri));

    /// <param name="task">A task as <c>tasks/get</c> shows it.</param>
    public static ReadOnlyMemory<byte> Task(ReadOnlyMemory<byte> id, JsonElement task) => Notification("notifications/tasks", id, writer =>
    {
        foreach (var member in task.EnumerateObject().Where(static member => member.Name is not ("_meta" or "resultType")))
        {
            member.WriteTo(writer);
        }
    });

    /// <summary>The last message of a listen stream: the answer to the listen request.</summary>
    public static void WriteResult(IBufferWriter<byte> output, ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> serverInfo)
    {
        output.Write("{\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"u8);
        output.Write(id.Span);
        output.Write(",\"io.modelcontextprotocol/serverInfo\":"u8);
        output.Write(serverInfo.Span);
        output.Write("}}"u8);
    }

    private static string NameOf(ChangedLists list) => list switch
    {
        ChangedLists.Tools => "tools",
        ChangedLists.Prompts => "prompts",
        _ => "resources",
    };

    private static ReadOnlyMemory<byte> Notification(string method, ReadOnlyMemory<byte> id, Action<Utf8JsonWriter> parameters)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(output, s_relaxed);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteString("method"u8, method);
        writer.WriteStartObject("params"u8);
        if (!id.IsEmpty)
        {
            writer.WriteStartObject("_meta"u8);
            writer.WritePropertyName(SubscriptionId);
            // As it came: a number keeps its literal, a string its escapes.
            writer.WriteRawValue(id.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        parameters(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }
}

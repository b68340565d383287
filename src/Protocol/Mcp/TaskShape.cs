using System.Text.Json;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// The two forms of a task's description: the core's of 2025-11-25 (<c>ttl</c>, <c>pollInterval</c>) and the extension's
/// <c>io.modelcontextprotocol/tasks</c> of 2026-07-28 (<c>ttlMs</c>, <c>pollIntervalMs</c>). All times are milliseconds.
/// </summary>
public static class TaskShape
{
    /// <summary>True for a status after which nothing changes any more.</summary>
    /// <param name="task">A description in either form.</param>
    public static bool IsTerminal(JsonElement task) => Status(task) is "completed" or "failed" or "cancelled";

    /// <summary>The task's status; empty when it has none.</summary>
    public static string Status(JsonElement task) =>
        task.ValueKind == JsonValueKind.Object && task.TryGetProperty("status"u8, out var status) && status.ValueKind == JsonValueKind.String
            ? status.GetString()!
            : "";

    /// <summary>The task's id; null when it has none.</summary>
    public static string? Id(JsonElement task) =>
        task.ValueKind == JsonValueKind.Object && task.TryGetProperty("taskId"u8, out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;

    /// <summary>How long to wait between two looks, as the server wishes; null when it says nothing usable.</summary>
    public static TimeSpan? PollInterval(JsonElement task) => Milliseconds(task, "pollIntervalMs"u8, "pollInterval"u8);

    /// <summary>How long the server keeps the task from its creation on; null when it says nothing usable, or that it keeps it for good.</summary>
    public static TimeSpan? TimeToLive(JsonElement task) => Milliseconds(task, "ttlMs"u8, "ttl"u8);

    /// <summary>Writes the members of a core task in the extension's form, into an open object.</summary>
    /// <param name="writer">Stands in the object.</param>
    /// <param name="task">The core's description.</param>
    /// <param name="taskId">The id that is written.</param>
    /// <param name="status">The status that is written; null for the task's own.</param>
    public static void WriteModern(Utf8JsonWriter writer, JsonElement task, string taskId, string? status = null)
    {
        writer.WriteString("taskId"u8, taskId);
        var hasTtl = false;
        foreach (var member in task.EnumerateObject())
        {
            switch (member.Name)
            {
                case "taskId" or "_meta":
                    break;
                case "status" when status is not null:
                    writer.WriteString("status"u8, status);
                    break;
                case "ttl":
                    hasTtl = true;
                    WriteAs(writer, "ttlMs", member.Value);
                    break;
                case "pollInterval":
                    WriteAs(writer, "pollIntervalMs", member.Value);
                    break;
                default:
                    member.WriteTo(writer);
                    break;
            }
        }

        if (!hasTtl)
        {
            writer.WriteNull("ttlMs"u8);
        }
    }

    /// <summary>Writes the members of an extension's task in the core's form, into an open object.</summary>
    /// <inheritdoc cref="WriteModern" path="/param"/>
    public static void WriteLegacy(Utf8JsonWriter writer, JsonElement task, string taskId, string? status = null)
    {
        writer.WriteString("taskId"u8, taskId);
        var hasTtl = false;
        foreach (var member in task.EnumerateObject())
        {
            switch (member.Name)
            {
                // What the core has elsewhere: the result in tasks/result, questions as requests.
                case "taskId" or "resultType" or "result" or "error" or "inputRequests" or "_meta":
                    break;
                case "status" when status is not null:
                    writer.WriteString("status"u8, status);
                    break;
                case "ttlMs":
                    hasTtl = true;
                    WriteAs(writer, "ttl", member.Value);
                    break;
                case "pollIntervalMs":
                    WriteAs(writer, "pollInterval", member.Value);
                    break;
                default:
                    member.WriteTo(writer);
                    break;
            }
        }

        if (!hasTtl)
        {
            writer.WriteNull("ttl"u8);
        }
    }

    private static TimeSpan? Milliseconds(JsonElement task, ReadOnlySpan<byte> name, ReadOnlySpan<byte> coreName) =>
        task.ValueKind == JsonValueKind.Object
        && (task.TryGetProperty(name, out var value) || task.TryGetProperty(coreName, out value))
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var milliseconds)
        && milliseconds is >= 0 and < int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static void WriteAs(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }
}

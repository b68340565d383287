using System.Text.Json;

namespace McpGateway.Gateway.Routing;

/// <summary>Reads whether a tool runs as a task.</summary>
internal static class ToolTasks
{
    /// <param name="definition">The tool's definition, raw.</param>
    public static TaskSupport Read(ReadOnlySpan<byte> definition)
    {
        // Most tools say nothing of it. A name spelt with escapes is not looked for.
        if (definition.IndexOf("\"taskSupport\""u8) < 0)
        {
            return TaskSupport.Forbidden;
        }

        var reader = new Utf8JsonReader(definition);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("execution"u8, out var execution)
            && execution.ValueKind == JsonValueKind.Object
            && execution.TryGetProperty("taskSupport"u8, out var support)
            && support.ValueKind == JsonValueKind.String
                ? support.GetString() switch { "required" => TaskSupport.Required, "optional" => TaskSupport.Optional, _ => TaskSupport.Forbidden }
                : TaskSupport.Forbidden;
    }
}

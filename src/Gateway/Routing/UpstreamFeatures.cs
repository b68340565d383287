using System.Collections.Frozen;
using System.Text.Json;

namespace McpGateway.Gateway.Routing;

/// <summary>What an upstream's capabilities say, read once.</summary>
public sealed class UpstreamFeatures
{
    private readonly FrozenSet<string> _names;

    private UpstreamFeatures(JsonElement capabilities)
    {
        var isObject = capabilities.ValueKind == JsonValueKind.Object;
        _names = isObject ? capabilities.EnumerateObject().Select(static member => member.Name).ToFrozenSet(StringComparer.Ordinal) : [];
        HasCoreTasks = Find(capabilities, "tasks", "requests", "tools", "call").ValueKind == JsonValueKind.Object;
        HasSubscriptions = Find(capabilities, "resources", "subscribe").ValueKind == JsonValueKind.True;
        Extensions = isObject && capabilities.TryGetProperty("extensions"u8, out var extensions) && extensions.ValueKind == JsonValueKind.Object
            ? extensions.EnumerateObject().DistinctBy(static extension => extension.Name).ToFrozenDictionary(
                static extension => extension.Name, static extension => extension.Value.Clone(), StringComparer.Ordinal)
            : FrozenDictionary<string, JsonElement>.Empty;
    }

    /// <summary>True when it makes tasks of tool calls that ask for it (2025-11-25).</summary>
    public bool HasCoreTasks { get; }

    /// <summary>True when it tells of updated resources to those who ask.</summary>
    public bool HasSubscriptions { get; }

    /// <summary>True when it may make a task of any tool call (the extension of 2026-07-28).</summary>
    public bool HasTasksExtension => Extensions.ContainsKey(ExtensionIds.Tasks);

    /// <summary>Its extensions by id, with their settings.</summary>
    public FrozenDictionary<string, JsonElement> Extensions { get; }

    /// <param name="capabilities">Raw JSON; empty before the upstream's first discovery.</param>
    public static UpstreamFeatures Read(ReadOnlyMemory<byte> capabilities)
    {
        if (capabilities.IsEmpty)
        {
            return new UpstreamFeatures(default);
        }

        using var document = JsonDocument.Parse(capabilities);
        return new UpstreamFeatures(document.RootElement);
    }

    /// <summary>True when the capability of this name is declared.</summary>
    public bool Declares(string name) => _names.Contains(name);

    private static JsonElement Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element;
    }
}

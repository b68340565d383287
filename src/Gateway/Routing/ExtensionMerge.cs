using System.Text.Json;

namespace McpGateway.Gateway.Routing;

/// <summary>
/// What a virtual server says of extensions: those that are allowed and that any member has, with the settings on which its members agree.
/// </summary>
internal static class ExtensionMerge
{
    /// <summary>Extension → settings, in the order of the ids: the same members always give the same text.</summary>
    public static SortedDictionary<string, JsonElement> Merge(IEnumerable<UpstreamFeatures> members, ExtensionOptions options)
    {
        var merged = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            foreach (var (id, settings) in member.Extensions.Where(extension => options.Allows(extension.Key)))
            {
                merged[id] = merged.TryGetValue(id, out var known) ? Intersect(known, settings) : settings;
            }

            // The gateway gives modern clients the tasks of legacy upstreams in the form they know.
            if (member.HasCoreTasks && options.Allows(ExtensionIds.Tasks))
            {
                merged.TryAdd(ExtensionIds.Tasks, JsonElement.Parse("{}"));
            }
        }

        return merged;
    }

    /// <summary>What both say. A setting that one of them lacks, or has otherwise, cannot be relied on.</summary>
    private static JsonElement Intersect(JsonElement one, JsonElement other)
    {
        if (one.ValueKind != JsonValueKind.Object || other.ValueKind != JsonValueKind.Object)
        {
            return JsonElement.DeepEquals(one, other) ? one : JsonElement.Parse("{}");
        }

        var common = one.EnumerateObject()
            .Where(setting => other.TryGetProperty(setting.Name, out var value) && JsonElement.DeepEquals(setting.Value, value))
            .ToDictionary(static setting => setting.Name, static setting => setting.Value, StringComparer.Ordinal);
        return JsonSerializer.SerializeToElement(common, RoutingJson.Relaxed.Members);
    }
}

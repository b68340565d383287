using System.Text.Json;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Reads the raw <c>capabilities</c> object of an upstream.</summary>
public static class UpstreamCapabilities
{
    /// <summary>True when the capability is named, whatever its value says.</summary>
    /// <param name="capabilities">Raw JSON; empty before discovery.</param>
    public static bool Declares(ReadOnlyMemory<byte> capabilities, string name) => Has(capabilities, root => root.TryGetProperty(name, out _));

    /// <summary>True when the upstream tells of updated resources to those who ask.</summary>
    /// <param name="capabilities">Raw JSON; empty before discovery.</param>
    public static bool HasSubscriptions(ReadOnlyMemory<byte> capabilities) => Has(
        capabilities,
        root => root.TryGetProperty("resources", out var resources)
            && resources.ValueKind == JsonValueKind.Object
            && resources.TryGetProperty("subscribe", out var subscribe)
            && subscribe.ValueKind == JsonValueKind.True);

    private static bool Has(ReadOnlyMemory<byte> capabilities, Func<JsonElement, bool> matches)
    {
        if (capabilities.IsEmpty)
        {
            return false;
        }

        using var document = JsonDocument.Parse(capabilities);
        return document.RootElement.ValueKind == JsonValueKind.Object && matches(document.RootElement);
    }
}

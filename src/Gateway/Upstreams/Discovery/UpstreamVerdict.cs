using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>What an upstream said of itself when a conversation was opened.</summary>
/// <param name="RequiresSession">It gave a session id.</param>
/// <param name="Capabilities">Its capabilities object, raw JSON.</param>
public sealed record UpstreamVerdict(
    Era Era,
    string ProtocolVersion,
    bool RequiresSession,
    ReadOnlyMemory<byte> Capabilities,
    string? ServerName,
    string? ServerVersion,
    string? Instructions)
{
    /// <summary>Whether the capabilities have this member, such as <c>tools</c>.</summary>
    public bool Has(string capability)
    {
        using var document = System.Text.Json.JsonDocument.Parse(Capabilities);
        return document.RootElement.TryGetProperty(capability, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.Object;
    }

    /// <summary>Whether it tells when the list of this capability changes.</summary>
    public bool TellsChangesOf(string capability)
    {
        using var document = System.Text.Json.JsonDocument.Parse(Capabilities);
        return document.RootElement.TryGetProperty(capability, out var value)
            && value.ValueKind == System.Text.Json.JsonValueKind.Object
            && value.TryGetProperty("listChanged", out var tells)
            && tells.ValueKind == System.Text.Json.JsonValueKind.True;
    }
}

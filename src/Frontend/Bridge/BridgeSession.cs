using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>What the client's handshake agreed on: the session that the gateway named, and the revision.</summary>
internal sealed class BridgeSession
{
    private volatile Agreement? _agreed;

    public string? Id => _agreed?.Id;

    public string? Revision => _agreed?.Revision;

    /// <summary>Takes over what the answer to <c>initialize</c> says.</summary>
    public void Open(HttpResponseMessage response, ReadOnlyMemory<byte> answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (document.RootElement.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object)
        {
            var revision = result.TryGetProperty("protocolVersion", out var version) && version.ValueKind == JsonValueKind.String
                ? version.GetString()
                : null;
            var id = response.Headers.TryGetValues(McpHeaders.SessionId, out var ids) ? ids.FirstOrDefault() : null;
            _agreed = new Agreement(id, revision);
        }
    }

    /// <summary>There is no session any more.</summary>
    public void Forget() => _agreed = null;

    private sealed record Agreement(string? Id, string? Revision);
}

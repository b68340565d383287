using System.Text.Json;
using McpGateway.Frontend.Tasks;

namespace McpGateway.Frontend.Relay;

/// <summary>What an upstream answered to a request that the gateway made itself.</summary>
/// <param name="Outcome">A fault when there is no answer.</param>
/// <param name="Raw">The response, with the id of the client's request; empty without one.</param>
internal sealed record QueryReply(RelayOutcome Outcome, ReadOnlyMemory<byte> Raw)
{
    private readonly JsonElement _message = Raw.IsEmpty ? default : TaskJson.Parse(Raw.Span);

    /// <summary>The result; undefined for an error.</summary>
    public JsonElement Result => _message.ValueKind == JsonValueKind.Object && _message.TryGetProperty("result"u8, out var result) ? result : default;

    /// <summary>The error; undefined for a result.</summary>
    public JsonElement Error => _message.ValueKind == JsonValueKind.Object && _message.TryGetProperty("error"u8, out var error) ? error : default;

    public bool HasResult => Result.ValueKind == JsonValueKind.Object;

    public bool HasError => Error.ValueKind == JsonValueKind.Object;
}

using System.Text.Json;
using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Tasks;

/// <summary>What an upstream answered to a request of the gateway about a task.</summary>
/// <param name="Outcome">A fault when there is no answer.</param>
/// <param name="Message">The response; undefined without one.</param>
internal sealed record TaskReply(RelayOutcome Outcome, JsonElement Message)
{
    /// <summary>The result; undefined for an error.</summary>
    public JsonElement Result => Message.ValueKind == JsonValueKind.Object && Message.TryGetProperty("result"u8, out var result) ? result : default;

    /// <summary>The error; undefined for a result.</summary>
    public JsonElement Error => Message.ValueKind == JsonValueKind.Object && Message.TryGetProperty("error"u8, out var error) ? error : default;

    public bool HasResult => Result.ValueKind == JsonValueKind.Object;

    public bool HasError => Error.ValueKind == JsonValueKind.Object;
}

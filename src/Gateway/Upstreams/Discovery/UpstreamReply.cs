using System.Text.Json;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>A JSON-RPC error of an upstream.</summary>
internal sealed record RpcError(int Code, string Message, JsonElement Data);

/// <summary>What became of a request: a result, the upstream's own error, or no answer at all.</summary>
internal readonly record struct UpstreamReply(JsonElement Result, RpcError? Error, UpstreamFailure? Failure)
{
    /// <summary>True when there is a result.</summary>
    public bool Succeeded => Error is null && Failure is null;

    /// <summary>The failure or error as one failure; to be asked only where there is no result.</summary>
    public UpstreamFailure ToFailure(string method) =>
        Error is { } error
            ? new UpstreamFailure(
                Abstractions.Upstreams.UpstreamFault.Invalid, $"The upstream answered {method} with the error {error.Code}: {Shorten(error.Message)}")
            : Failure!;

    private static string Shorten(string text) => text.Length <= 300 ? text : text[..300] + "…";
}

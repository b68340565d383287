using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>A JSON-RPC error of an upstream.</summary>
internal sealed record RpcError(int Code, string Message, JsonElement Data);

/// <summary>What became of a request: a result, the upstream's own error, or no usable answer at all.</summary>
/// <param name="Message">The whole response; empty when there is none.</param>
internal sealed record UpstreamReply(ReadOnlyMemory<byte> Message, ResultScan Scan, RpcError? Error, UpstreamFailure? Failure)
{
    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = EnvelopeScanner.MaxDepth };

    /// <summary>True when there is a result.</summary>
    public bool Succeeded => Error is null && Failure is null;

    /// <summary>Reads a response.</summary>
    /// <param name="failure">Why there is none, or the bad status that came with it: its error says more than the status.</param>
    public static UpstreamReply From(ReadOnlyMemory<byte> message, UpstreamFailure? failure)
    {
        if (message.IsEmpty)
        {
            return new UpstreamReply(message, default, null, failure ?? new UpstreamFailure(UpstreamFault.Invalid, "The upstream's answer is empty."));
        }

        var fault = ResultScanner.Scan(message.Span, out var scan);
        if (fault != ResultFault.None)
        {
            return new UpstreamReply(default, default, null, failure ?? new UpstreamFailure(UpstreamFault.Invalid, fault.Message()));
        }

        return scan.Kind == MessageKind.ErrorResponse
            ? new UpstreamReply(message, scan, ReadError(message, scan), failure)
            : new UpstreamReply(message, scan, null, failure);
    }

    /// <summary>The result; to be asked only where there is one.</summary>
    public JsonElement Result() => Parse(Message, Scan.Result);

    /// <summary>The failure or error as one failure; to be asked only where there is no result.</summary>
    public UpstreamFailure ToFailure(string method) =>
        Error is { } error
            ? new UpstreamFailure(
                UpstreamFault.Invalid, $"The upstream answered {method} with the error {error.Code}: {Shorten(error.Message)}", Failure?.HttpStatus)
            : Failure!;

    private static RpcError ReadError(ReadOnlyMemory<byte> message, in ResultScan scan) => new(
        scan.ErrorCode,
        scan.ErrorMessage.IsPresent ? JsonStringBytes.GetString(scan.ErrorMessage.Slice(message.Span)) : "",
        scan.ErrorData.IsPresent ? Parse(message, scan.ErrorData) : default);

    // Not disposed, so that elements live as long as anyone holds them; the bytes are not pooled.
    private static JsonElement Parse(ReadOnlyMemory<byte> message, ByteRange range) => JsonDocument.Parse(range.Slice(message), s_json).RootElement;

    private static string Shorten(string text) => text.Length <= 300 ? text : text[..300] + "…";
}

using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Admin.Endpoints;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Bridge;

/// <summary>Makes JSON-RPC errors of what goes wrong over HTTP, in words that help whoever set up the client.</summary>
internal static class BridgeErrors
{
    private const int MaxDetail = 300;

    /// <param name="retryAfter">In so many seconds there may be room for the request; null where nobody said so.</param>
    public static byte[] Write(ReadOnlyMemory<byte> id, int code, string message, int? retryAfter = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        JsonRpcWriter.WriteError(buffer, id.Span, code, message, retryAfter is { } seconds ? Encoding.ASCII.GetBytes($"{{\"retryAfter\":{seconds}}}") : []);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An answer with an error status: its own error where it is the request's, else one that says what to do.</summary>
    public static byte[] OfResponse(GatewayEndpoint endpoint, BridgeMessage message, bool hadSession, HttpStatusCode status, RetryConditionHeaderValue? retry, ReadOnlyMemory<byte> body)
    {
        var isMessage = EnvelopeScanner.Scan(body.Span, out var envelope) == EnvelopeFault.None;
        if (isMessage && envelope.Kind == MessageKind.ErrorResponse
            && envelope.Id.Slice(body.Span).SequenceEqual(message.Id.Span) && (IsBusy(status) || Advice(endpoint, hadSession, status) is null))
        {
            return body.ToArray();
        }

        var (code, detail) = isMessage && envelope.Kind == MessageKind.ErrorResponse ? ReadError(envelope.Error.Slice(body)) : (null, null);
        var advice = Advice(endpoint, hadSession, status) ?? $"The gateway answered with status {(int)status}.";
        return Write(message.Id, code ?? CodeOf(status), detail is null ? advice : $"{advice} It says: {detail}", (int?)retry?.Delta?.TotalSeconds);
    }

    /// <summary>What to do about a status; null where the answer's own words are enough.</summary>
    public static string? Advice(GatewayEndpoint endpoint, bool hadSession, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized when !endpoint.HasToken =>
            $"The gateway wants a token: set {ClientConfig.TokenVariable} in the environment of the bridge to an API token for this virtual server.",
        HttpStatusCode.Unauthorized =>
            $"The gateway does not accept the token in {ClientConfig.TokenVariable}: it is unknown, expired or revoked. Make a new one and set {ClientConfig.TokenVariable}.",
        HttpStatusCode.Forbidden => $"The gateway does not let this caller in; see the scope and the networks of the token in {ClientConfig.TokenVariable}.",
        HttpStatusCode.NotFound when hadSession => "The session is over; send initialize to open a new one.",
        HttpStatusCode.NotFound => $"There is nothing at {endpoint.Address}, or the token may not see it: check the virtual server's id.",
        _ when IsBusy(status) => "The gateway is busy or not ready; try again.",
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"{endpoint.Address} leads elsewhere; give the bridge the address it leads to.",
        _ => null,
    };

    private static bool IsBusy(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private static int CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => McpErrorCode.LimitExceeded,
        HttpStatusCode.ServiceUnavailable => McpErrorCode.Unavailable,
        >= HttpStatusCode.InternalServerError => McpErrorCode.InternalError,
        _ => McpErrorCode.InvalidRequest,
    };

    private static (int? Code, string? Detail) ReadError(ReadOnlyMemory<byte> error)
    {
        using var document = JsonDocument.Parse(error);
        var root = document.RootElement;
        var code = root.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : (int?)null;
        var detail = root.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return (code, detail is { Length: > MaxDetail } ? detail[..MaxDetail] : detail);
    }
}

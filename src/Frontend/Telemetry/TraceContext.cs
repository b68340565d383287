using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Protocol.JsonRpc;
using Microsoft.Extensions.Primitives;

namespace McpGateway.Frontend.Telemetry;

/// <summary>
/// The W3C trace context that belongs to a request: that of <c>params._meta</c> (SEP-414), else that of the HTTP headers. It is passed on
/// to upstreams whether or not anything is exported here.
/// </summary>
internal readonly record struct TraceContext(string? Parent, string? State, string? Baggage)
{
    private const int LongestState = 1024;
    private const int LongestBaggage = 8192;

    public static TraceContext Of(McpExchange exchange)
    {
        ref readonly var envelope = ref exchange.Envelope;
        var headers = exchange.Headers;
        var baggage = headers is null ? null : Single(headers.Baggage, LongestBaggage);
        return envelope.TraceParent.IsPresent && Read(Text(exchange, envelope.TraceParent), Text(exchange, envelope.TraceState)) is { Parent: not null } context
            ? context with { Baggage = baggage }
            : OfHeaders(headers) with { Baggage = baggage };
    }

    /// <summary>The context of the transport alone.</summary>
    public static TraceContext OfHeaders(IHeaderDictionary? headers) => headers is null || headers.TraceParent.Count == 0
        ? default
        : Read(headers.TraceParent.ToString(), Single(headers.TraceState, LongestState));

    /// <summary>As a parent of our own spans; the default for none.</summary>
    public ActivityContext ToParent() => ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? context : default;

    public void AddTo(HttpRequestHeaders headers)
    {
        if (Parent is not null)
        {
            headers.TryAddWithoutValidation("traceparent", Parent);
            if (State is not null)
            {
                headers.TryAddWithoutValidation("tracestate", State);
            }
        }

        if (Baggage is not null)
        {
            headers.TryAddWithoutValidation("baggage", Baggage);
        }
    }

    /// <summary>The change that also puts it into the <c>_meta</c> of a message. A message that has a context has its own baggage.</summary>
    public MetaEdit Into(in Envelope message, MetaEdit edit) => Parent is null ? edit : edit with
    {
        TraceParent = Json(Parent),
        TraceState = Json(State),
        OwnKey = message.TraceParent.IsPresent || Baggage is null ? default : "baggage"u8,
        OwnValue = Json(Baggage),
    };

    // What cannot be read is no context; it is neither used nor passed on.
    private static TraceContext Read(string? parent, string? state) =>
        ActivityContext.TryParse(parent, state, out _) ? new TraceContext(parent, state, null) : default;

    private static string? Single(StringValues values, int longest) =>
        values.Count == 0 ? null : values.ToString() is { Length: > 0 } text && text.Length <= longest ? text : null;

    private static string? Text(McpExchange exchange, ByteRange range)
    {
        var text = range.IsPresent ? JsonStringBytes.GetString(exchange.Slice(range)) : "";
        return text.Length is > 0 and <= LongestState && Ascii.IsValid(text) && !text.Any(char.IsControl) ? text : null;
    }

    private static ReadOnlySpan<byte> Json(string? text) => text is null ? default : Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");
}

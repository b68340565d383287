using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Telemetry;

/// <summary>
/// Where the time of a call went, in its own answer: asked for with <c>_meta["io.mcpgateway/overhead"]: true</c> or a header, given under
/// the same key, in a result's <c>_meta</c> or an error's <c>data</c>, to those with the permission <c>metrics.overhead</c>. The total ends where
/// the answer is written.
/// </summary>
internal static class OverheadAnswer
{
    public const string Key = "io.mcpgateway/overhead";

    /// <summary>The header that asks for it, for clients whose messages cannot be changed.</summary>
    public const string Header = "X-McpGateway-Overhead";

    private static readonly CallStage[] s_stages = Enum.GetValues<CallStage>();

    public static bool IsWanted(McpExchange exchange) => exchange.Caller.Rights.Has(Permissions.MetricsOverhead)
        && (exchange.Envelope.Overhead.IsPresent ? exchange.Envelope.Overhead.IsTrue(exchange.Body.Span) : IsAskedByHeader(exchange));

    /// <summary>The split of a call whose client asked for it; empty for others.</summary>
    public static byte[] Of(UpstreamCall? call) => call is not null && IsWanted(call.Exchange) ? Write(call) : [];

    /// <summary>An error's data with nothing but the split; empty without one.</summary>
    public static byte[] DataOf(byte[] split) => split.Length == 0 ? [] : Answers.Object(writer =>
    {
        writer.WritePropertyName(Key);
        writer.WriteRawValue(split);
    });

    private static bool IsAskedByHeader(McpExchange exchange) =>
        exchange.Headers?[Header] is { Count: 1 } asked && string.Equals(asked[0], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The stages in milliseconds, as a JSON object.</summary>
    public static byte[] Write(UpstreamCall call)
    {
        var times = call.Timer.Times(call.Exchange.Clock, call.Running.Waited);
        return Answers.Object(writer =>
        {
            writer.WriteString("unit"u8, "ms"u8);
            foreach (var stage in s_stages)
            {
                writer.WriteNumber(stage.Name(), Math.Round(times[stage] * CallTimes.SecondsPerTick * 1000, 4));
            }
        });
    }
}

using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Telemetry;

/// <summary>
/// Where the time of a call went, in its own answer: asked for with <c>_meta["io.mcpgateway/overhead"]: true</c>, given under the same key
/// to those with the permission <c>metrics.overhead</c>. The total ends where the answer is written.
/// </summary>
internal static class OverheadAnswer
{
    private static readonly CallStage[] s_stages = Enum.GetValues<CallStage>();

    public static bool IsWanted(McpExchange exchange) =>
        exchange.Envelope.Overhead.IsPresent && exchange.Envelope.Overhead.IsTrue(exchange.Body.Span) && exchange.Caller.Rights.Has(Permissions.MetricsOverhead);

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

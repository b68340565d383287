using System.Security.Cryptography;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing.Telemetry;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Telemetry;

/// <summary>The real gateway between a collector and an upstream. Other tests of this process are told of too: what is looked at is chosen by trace or virtual server.</summary>
internal sealed class TracedWorld : IAsyncDisposable
{
    private TracedWorld(OtlpReceiver collector, BridgeWorld world) => (Collector, World) = (collector, world);

    public OtlpReceiver Collector { get; }

    public BridgeWorld World { get; }

    public FakeUpstream Upstream => World.Upstream;

    public static async Task<TracedWorld> StartAsync(Action<FakeUpstream>? configure = null, string transport = "STREAMABLEHTTP", params (string, string)[] more)
    {
        var collector = await OtlpReceiver.StartAsync(grpc: more.Contains(("Telemetry:Protocol", "grpc")));
        return new TracedWorld(collector, await StartGatewayAsync(configure, transport, [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), .. Eager, .. more]));
    }

    /// <summary>Settings under which everything is sent at once.</summary>
    public static (string, string)[] Eager =>
        [("Telemetry:MetricsInterval", "00:00:00.1"), ("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_BLRP_SCHEDULE_DELAY", "50")];

    public static Task<BridgeWorld> StartGatewayAsync(Action<FakeUpstream>? configure = null, string transport = "STREAMABLEHTTP", params (string, string)[] settings) =>
        BridgeWorld.StartAsync(
            settings,
            (name, upstream) => new { name, transport, url = transport == "SSE" ? upstream.SseUrl : upstream.Url, drift_policy = "observe" },
            upstream => configure?.Invoke(upstream));

    /// <summary>A client's trace: its id, its span, and the two as a header.</summary>
    public static (string Trace, string Span, string Parent) NewTrace()
    {
        var (trace, span) = (RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetHexString(16, lowercase: true));
        return (trace, span, $"00-{trace}-{span}-01");
    }

    /// <summary>The server's and the client's span of a trace with one call; the call may have needed a session, whose opening is within the client's.</summary>
    public async Task<(OtlpSpan Server, OtlpSpan Client)> SpansAsync(string trace)
    {
        List<OtlpSpan> Of(string parent) => [.. Collector.Spans.Where(span => span.TraceId == trace && span.Kind == 3 && span.ParentId == parent)];
        var server = (await OtlpReceiver.WaitAsync(
            () => Collector.Spans.Where(span => span.TraceId == trace && span.Kind == 2).ToList(), static spans => spans.Count > 0)).Single();
        return (server, (await OtlpReceiver.WaitAsync(() => Of(server.SpanId), static spans => spans.Count > 0)).Single());
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Collector.DisposeAsync();
    }
}

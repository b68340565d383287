using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Telemetry;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>The built gateway as a process, with a collector told to it by OpenTelemetry's own variables.</summary>
public class TelemetryTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Call_ToProcess_IsOneTraceFromClientToServer()
    {
        Peers.Require();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), ("OTEL_SERVICE_NAME", "edge"), ("OTEL_BSP_SCHEDULE_DELAY", "50"));
        var upstream = await gateway.Admin.RegisterAsync(new { name = "process", command = Peers.Node, args = StdioFixture.Arguments("--meta") });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);

        var answer = await mcp.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"meta","arguments":{} } }""",
            ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"), ("tracestate", "vendor=1"), ("baggage", "team=red"));

        var spans = await collector.SpansOfAsync(Trace, 3);
        var (ours, theirs) = (spans.Single(span => span.Kind == 2), spans.Single(span => span.Kind == 3 && span.Name.StartsWith("tools/call", StringComparison.Ordinal)));
        var opening = spans.Single(span => span.Kind == 3 && span.Name == "initialize");
        opening.ParentId.ShouldBe(theirs.SpanId, "the call waited for it");
        (ours.ParentId, theirs.ParentId, ours.Service).ShouldBe(("00f067aa0ba902b7", ours.SpanId, "edge"));
        theirs.Attributes["network.transport"].ShouldBe("pipe");
        var meta = JsonElement.Parse(answer.ContentText);
        meta.GetProperty("traceparent").GetString().ShouldBe($"00-{Trace}-{theirs.SpanId}-01");
        meta.GetProperty("tracestate").GetString().ShouldBe("vendor=1");
        meta.GetProperty("baggage").GetString().ShouldBe("team=red");
    }

    [Fact]
    public async Task Gateway_Stopped_SendsWhatIsLeft()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "3600000"));
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await mcp.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{} } }""", ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));

        (await gateway.TerminateAsync()).ShouldBe(0);

        collector.Spans.Where(span => span.TraceId == Trace).Select(span => (span.Kind, span.Name.Split(' ')[0])).Order()
            .ShouldBe([(2, "tools/call"), (3, "initialize"), (3, "tools/call")]);
        collector.Points.ShouldContain(point => point.Metric == "mcp.server.operation.duration", "the interval is a minute");
    }

    [Fact]
    public async Task Collector_ThatNeverAnswers_CostsNeitherCallsNorMemory()
    {
        // What is kept for it is bounded by the SDK (2,048 spans); everything beyond that, kept too, would be some 30 MB here.
        const int Calls = 8_000;
        const int Growth = 25 * 1024;
        using var tarPit = new TcpListener(IPAddress.Loopback, 0);
        tarPit.Start();
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{tarPit.LocalEndpoint}"), ("OTEL_BSP_SCHEDULE_DELAY", "50"));
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
        await CallAsync(gateway, server, token, Calls / 2);
        var before = ResidentKilobytes(gateway.Id);

        await CallAsync(gateway, server, token, Calls);

        (ResidentKilobytes(gateway.Id) - before).ShouldBeLessThan(Growth);
    }

    private static async Task CallAsync(GatewayProcess gateway, string server, string token, int times) =>
        await Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
            (await gateway.Mcp(server, token).ModernCallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK));

    private static long ResidentKilobytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

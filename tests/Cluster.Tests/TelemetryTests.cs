using System.Diagnostics;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Telemetry;

namespace McpGateway.Cluster.Tests;

/// <summary>What a collector is told by the tiers of a cluster: one trace over all of them, and what Orleans counts of itself.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class TelemetryTests(WholeCluster world)
{
    private const string Silo = "a silo";
    private const string Frontend = "a frontend";

    [Fact]
    public async Task Call_OverAFrontendAndASilo_IsOneTraceAndBothExportOrleansMeter()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var silo = world.Cluster.NewSilo("", Exporting(Silo, collector));
        await using var frontend = world.Cluster.NewFrontend(Exporting(Frontend, collector));
        await silo.StartAsync();
        await frontend.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(frontend.Address) };

        // Each session has a grain of its own; sooner or later one of them lives on this silo.
        await Eventually.TrueAsync(
            async () =>
            {
                var trace = ActivityTraceId.CreateRandom().ToHexString();
                await CallAsync(new McpHttp(http, $"/servers/{world.Server}/mcp", world.Token.Text), trace);
                await collector.SpansOfAsync(trace, 3);
                return IsOneTree([.. collector.Spans.Where(span => span.TraceId == trace)]);
            },
            "a span of the silo stands below one of the frontend");

        foreach (var service in (string[])[Silo, Frontend])
        {
            await Eventually.TrueAsync(
                () => collector.Metrics.Any(metric => metric.Service == service && metric.Meter == "Microsoft.Orleans"), $"Orleans' meter came from {service}");
        }

        (await frontend.StopAsync()).ShouldBe(0, frontend.Recent);
        (await silo.StopAsync()).ShouldBe(0, silo.Recent);
    }

    private static async Task CallAsync(McpHttp client, string trace)
    {
        await client.InitializeAsync();
        var answer = await client.PostAsync(
            $$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"work","arguments":{"id":"{{trace}}"} } }""",
            ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        answer.ContentText.ShouldBe(trace);
    }

    private static bool IsOneTree(IReadOnlyList<OtlpSpan> spans) => spans.Any(span =>
        span.Service == Silo && spans.Any(parent => parent.SpanId == span.ParentId && parent.Service == Frontend));

    private static (string, string?)[] Exporting(string name, OtlpReceiver collector) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), ("OTEL_SERVICE_NAME", name), ("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
    ];
}

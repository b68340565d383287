using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using McpGateway.Frontend.Configuration;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Gateway.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Frontend.Tests.Telemetry;

/// <summary>Metrics and logs as they arrive at a collector, and a collector that is away.</summary>
public sealed class ExportTests
{
    private const string Legacy = "2025-11-25";
    private const string Call = """{"name":"echo","arguments":{} }""";

    [Fact]
    public async Task Metrics_OfCalls_ArriveWithTheConventionsBoundaries()
    {
        await using var traced = await TracedWorld.StartAsync();

        await traced.World.RequestAsync(Legacy, "tools/call", Call);

        var server = await PointAsync(traced, "mcp.server.operation.duration", point => IsCall(point) && point.Attributes["mcpgateway.virtual_server"] == traced.World.ServerId);
        (server.Unit, server.Count).ShouldBe(("s", 1));
        server.Sum.ShouldBeInRange(0.000001, 20);
        server.Bounds.ShouldBe([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]);
        server.Attributes["gen_ai.tool.name"].ShouldBe("echo");
        var client = await PointAsync(traced, "mcp.client.operation.duration", point => IsCall(point) && point.Attributes["server.port"] == $"{traced.Upstream.Port}");
        client.Count.ShouldBe(1);
        client.Bounds.ShouldBe(server.Bounds);
        foreach (var stage in (string[])["auth", "policy", "queue", "connect", "first_byte", "upstream", "own", "total"])
        {
            (await PointAsync(traced, "gateway.overhead", point => point.Attributes["gateway.stage"] == stage)).Count.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Export_OverGrpc_BringsTracesMetricsAndLogs()
    {
        await using var traced = await TracedWorld.StartAsync(more: [("Telemetry:Protocol", "grpc"), ("Telemetry:Headers", "x-key=secret")]);
        var (trace, span, parent) = TracedWorld.NewTrace();

        await traced.World.RequestAsync(Legacy, "tools/call", Call, ("traceparent", parent));
        traced.World.Gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc").LogWarning("over gRPC");

        (await traced.SpansAsync(trace)).Server.ParentId.ShouldBe(span);
        (await PointAsync(traced, "mcp.server.operation.duration", point => IsCall(point) && point.Attributes["mcpgateway.virtual_server"] == traced.World.ServerId))
            .Count.ShouldBe(1);
        await OtlpReceiver.WaitAsync(() => traced.Collector.Logs.ToList(), logs => logs.Exists(static log => log.Category == "Grpc"));
        traced.Collector.Headers["x-key"].ShouldBe("secret");
    }

    [Fact]
    public async Task Session_ThatIsDeleted_IsToldWithItsLength()
    {
        await using var traced = await TracedWorld.StartAsync();
        var session = await traced.World.OpenAsync(Legacy);
        using var deleted = await traced.World.SendAsync(HttpMethod.Delete, $"/servers/{traced.World.ServerId}/mcp", null, ("Mcp-Session-Id", session));
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await PointAsync(traced, "mcp.server.session.duration", point => point.Attributes["mcp.protocol.version"] == Legacy);
    }

    [Fact]
    public async Task Series_BeyondTheCap_AreCountedTogether()
    {
        await using var traced = await TracedWorld.StartAsync(
            upstream =>
            {
                for (var number = 0; number < 30; number++)
                {
                    upstream.AddTool($"tool-{number}");
                }
            },
            more: ("Telemetry:MaxSeries", "5"));

        for (var number = 0; number < 30; number++)
        {
            await traced.World.RequestAsync(Legacy, "tools/call", $$$"""{"name":"tool-{{{number}}}","arguments":{} }""");
        }

        await PointAsync(traced, "mcp.server.operation.duration", point => point.Attributes.ContainsKey("otel.metric.overflow"));
        traced.Collector.Points.Where(point => point.Metric == "mcp.server.operation.duration").Select(point => string.Join(',', point.Attributes.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal))).Distinct()
            .Count().ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Logs_Arrive_AndNameTheTraceTheyBelongTo()
    {
        await using var traced = await TracedWorld.StartAsync(more: ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=abc"));
        var logger = traced.World.Gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Here");
        using var activity = new Activity("outside").Start();

        logger.Log(LogLevel.Warning, "Something {What} happened", "odd");

        var logs = await OtlpReceiver.WaitAsync(() => traced.Collector.Logs.Where(log => log.Category == "Here").ToList(), logs => logs.Count > 0);
        logs.ShouldBe([new OtlpLog("Here", "Warning", "Something odd happened", activity.TraceId.ToHexString())]);
        traced.Collector.Headers["x-key"].ShouldBe("abc");
    }

    [Fact]
    public async Task Collector_ThatIsAway_CostsOneWordInTheLogAndNoCall()
    {
        var log = new RecordingLogger<Gateway.Telemetry.ExportFailures>();
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var gateway = await RealGateway.StartAsync(builder =>
        {
            builder.Configuration["Telemetry:Endpoint"] = $"http://127.0.0.1:{port}";
            foreach (var (key, value) in TracedWorld.Eager)
            {
                builder.Configuration[key] = value;
            }

            builder.Services.AddSingleton<ILogger<Gateway.Telemetry.ExportFailures>>(log);
        });

        for (var time = 0; time < 300; time++)
        {
            (await gateway.SendAsync("POST", "/mcp", $$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{} }""")).Status.ShouldBeLessThan(500);
        }

        await Eventually.TrueAsync(() => log.Levels.Count > 0, "the log says that nothing arrives");
        var stopping = Stopwatch.StartNew();
        await gateway.StopAsync();
        stopping.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await gateway.DisposeAsync();
        log.Levels.ShouldBe([LogLevel.Warning], "however often it was tried");
    }

    [Fact]
    public void Mistakes_InSettingsAndVariables_AreAllNamed()
    {
        var data = Directory.CreateTempSubdirectory("mcpgateway-telemetry-");

        var refused = Should.Throw<GatewayStartException>(() => GatewayApplication.Build("http://127.0.0.1:0", data.FullName, builder =>
        {
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317";
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json";
            builder.Configuration["Telemetry:SampleRatio"] = "1.5";
            builder.Configuration["Telemetry:MaxSeries"] = "0";
            builder.Configuration["Telemetry:MetricsInterval"] = "2.00:00:00";
        }));

        data.Delete(recursive: true);
        foreach (var key in (string[])["Telemetry:Endpoint (or OTEL_EXPORTER_OTLP_ENDPOINT)", "Telemetry:Protocol", "Telemetry:SampleRatio", "Telemetry:MaxSeries", "Telemetry:MetricsInterval"])
        {
            refused.Message.ShouldContain(key);
        }
    }

    private static bool IsCall(OtlpHistogramPoint point) => point.Attributes.GetValueOrDefault("mcp.method.name") == "tools/call";

    private static async Task<OtlpHistogramPoint> PointAsync(TracedWorld traced, string metric, Func<OtlpHistogramPoint, bool> isMeant) =>
        (await OtlpReceiver.WaitAsync(
            () => traced.Collector.Points.LastOrDefault(point => point.Metric == metric && isMeant(point)), point => point is not null))!;
}

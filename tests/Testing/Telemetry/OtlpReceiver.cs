using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace McpGateway.Testing.Telemetry;

/// <summary>
/// An OpenTelemetry collector, as far as it takes in what is sent: OTLP over HTTP with protobuf or over gRPC, on loopback and a free port.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    // A frame of gRPC: whether it is compressed (one byte), and the message's length (four).
    private const int FrameHead = 5;

    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What an exporter is to be given.</summary>
    public string Endpoint => _app.Urls.First();

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public ConcurrentQueue<OtlpHistogramPoint> Points { get; } = new();

    /// <summary>All metrics, of whatever kind.</summary>
    public ConcurrentQueue<OtlpMetric> Metrics { get; } = new();

    public ConcurrentQueue<OtlpLog> Logs { get; } = new();

    /// <summary>The headers of the last export.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>();

    /// <param name="grpc">Whether it speaks gRPC, which takes HTTP/2 from the first byte.</param>
    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver.Map(grpc, "trace", "traces", receiver.TakeSpans);
        receiver.Map(grpc, "metrics", "metrics", receiver.TakeMetrics);
        receiver.Map(grpc, "logs", "logs", receiver.TakeLogs);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The spans of a trace, once there are so many.</summary>
    public Task<List<OtlpSpan>> SpansOfAsync(string traceId, int count) =>
        WaitAsync(() => Spans.Where(span => span.TraceId == traceId).ToList(), spans => spans.Count >= count);

    /// <summary>Waits until what has arrived is enough.</summary>
    public static async Task<T> WaitAsync<T>(Func<T> read, Func<T, bool> isEnough)
    {
        var arrived = read();
        await Eventually.TrueAsync(() => isEnough(arrived = read()), "what was waited for arrived at the collector");
        return arrived;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map(bool grpc, string signal, string plural, Action<ProtoMessage> take)
    {
        if (grpc)
        {
            var service = $"{char.ToUpperInvariant(signal[0])}{signal[1..]}Service";
            _app.MapPost($"/opentelemetry.proto.collector.{signal}.v1.{service}/Export", context => TakeFrameAsync(context, take));
        }
        else
        {
            _app.MapPost($"/v1/{plural}", context => TakeBodyAsync(context, take));
        }
    }

    private async Task TakeBodyAsync(HttpContext context, Action<ProtoMessage> take)
    {
        take(new ProtoMessage(await ReadAsync(context)));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeFrameAsync(HttpContext context, Action<ProtoMessage> take)
    {
        var frame = await ReadAsync(context);
        if (frame[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)) != frame.Length - FrameHead)
        {
            throw new InvalidOperationException("Not one uncompressed message.");
        }

        take(new ProtoMessage(frame.AsMemory(FrameHead)));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[FrameHead]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return body.ToArray();
    }

    private void TakeSpans(ProtoMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            var service = Attributes(resource.Messages(1).Single(), 1)["service.name"];
            foreach (var span in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                Spans.Enqueue(new OtlpSpan(
                    span.Hex(1),
                    span.Hex(2),
                    span.Hex(4),
                    span.Text(5),
                    (int)span.Number(6),
                    Attributes(span, 9),
                    [.. span.Messages(13).Select(link => $"{link.Hex(1)}-{link.Hex(2)}")],
                    span.Messages(15).Any(status => status.Number(3) == 2),
                    service));
            }
        }
    }

    private void TakeMetrics(ProtoMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            var service = Attributes(resource.Messages(1).Single(), 1)["service.name"];
            foreach (var scope in resource.Messages(2))
            {
                var meter = scope.Messages(1).Single().Text(1);
                foreach (var metric in scope.Messages(2))
                {
                    Metrics.Enqueue(new OtlpMetric(service, meter, metric.Text(1)));
                    TakePoints(metric);
                }
            }
        }
    }

    private void TakePoints(ProtoMessage metric)
    {
        foreach (var point in metric.Messages(9).SelectMany(histogram => histogram.Messages(1)))
        {
            Points.Enqueue(new OtlpHistogramPoint(
                metric.Text(1), metric.Text(3), Attributes(point, 9), (long)point.Number(4), point.Double(5), point.Doubles(7)));
        }
    }

    private void TakeLogs(ProtoMessage request)
    {
        foreach (var scope in request.Messages(1).SelectMany(resource => resource.Messages(2)))
        {
            foreach (var record in scope.Messages(2))
            {
                Logs.Enqueue(new OtlpLog(scope.Messages(1).Single().Text(1), record.Text(3), Value(record.Messages(5).Single()), record.Hex(9)));
            }
        }
    }

    private static Dictionary<string, string> Attributes(ProtoMessage message, int number) =>
        message.Messages(number).ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()));

    private static string Value(ProtoMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(3) ? ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture)
        : value.Has(4) ? value.Double(4).ToString("R", CultureInfo.InvariantCulture)
        : value.Has(2) ? (value.Number(2) != 0).ToString()
        : "";
}

using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Frontend.Admin;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;

namespace McpGateway.Frontend.Metering;

/// <summary><c>/metrics/prometheus</c>: the counts of this process, for those with <c>metrics.read</c>.</summary>
internal static class PrometheusEndpoint
{
    // Every eighth bucket of ours: powers of two from 64 µs to 134 s, enough for a quantile on a chart and few enough to scrape.
    private const int BucketStep = 8;

    private static readonly CallStage[] s_stages = Enum.GetValues<CallStage>();

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/metrics/prometheus", Get).ExcludeFromDescription();

    private static IResult Get(HttpContext context, ExposedSeries series, OverheadMeter overhead, SessionTable sessions, OverloadSeries overload) =>
        context.GetCaller().Rights.Has(Permissions.MetricsRead)
            ? TypedResults.Text(Write(series.Read(), overhead, sessions.Count, overload.Read()), PrometheusText.ContentType, Encoding.UTF8)
            : Problems.Of(Refusal.Forbidden("metrics.read"));

    internal static string Write(IReadOnlyList<ExposedCounts> series, OverheadMeter overhead, int sessions, IEnumerable<OverloadFamily> overload)
    {
        var text = new PrometheusText();
        WriteCounter(text, series, "mcpgateway_calls_total", "Calls, failed ones included.", static one => one.Calls);
        WriteCounter(text, series, "mcpgateway_call_failures_total", "Calls that ended in a protocol error or got no answer.", static one => one.Failures);
        WriteCounter(text, series, "mcpgateway_call_tool_errors_total", "Calls that were answered with isError.", static one => one.ToolErrors);
        WriteDurations(text, series);
        WriteOverhead(text, overhead);
        text.Begin("mcpgateway_sessions", "gauge", "Legacy sessions that this process serves.");
        text.Sample("mcpgateway_sessions", sessions);
        foreach (var family in overload)
        {
            text.Begin(family.Name, family.Type, family.Help);
            foreach (var (value, labels) in family.Samples)
            {
                text.Sample(family.Name, value, labels);
            }
        }

        ProcessCounts.Write(text);
        return text.ToString();
    }

    private static void WriteCounter(PrometheusText text, IReadOnlyList<ExposedCounts> series, string name, string help, Func<ExposedCounts, long> value)
    {
        text.Begin(name, "counter", help);
        foreach (var one in series)
        {
            text.Sample(name, value(one), Labels(one));
        }
    }

    private static void WriteDurations(PrometheusText text, IReadOnlyList<ExposedCounts> series)
    {
        const string Name = "mcpgateway_call_duration_seconds";
        text.Begin(Name, "histogram", "From a call's arrival to the end of its answer.");
        foreach (var one in series.Where(static one => one.Kind is not (SeriesKind.Token or SeriesKind.Team)))
        {
            text.Histogram(Name, Durations(one), one.Seconds, Labels(one));
        }
    }

    private static IEnumerable<(double UpperBound, long Count)> Durations(ExposedCounts counts)
    {
        long pending = 0;
        for (var bucket = 0; bucket < LatencyBuckets.Count - 1; bucket++)
        {
            pending += counts.Buckets[bucket];
            if (bucket % BucketStep == 0 && bucket > 0)
            {
                yield return (LatencyBuckets.UpperBoundMicroseconds(bucket) / 1e6, pending);
                pending = 0;
            }
        }

        yield return (double.PositiveInfinity, pending + counts.Buckets[LatencyBuckets.Count - 1]);
    }

    private static void WriteOverhead(PrometheusText text, OverheadMeter overhead)
    {
        const string Name = "mcpgateway_overhead_seconds";
        text.Begin(Name, "histogram", "Where the time of calls to upstreams went, by stage; 'own' is the gateway's own time.");
        foreach (var stage in s_stages)
        {
            var buckets = Enumerable.Range(0, OverheadMeter.Buckets).Select(bucket => (OverheadMeter.UpperBoundSeconds(bucket), overhead.Count(stage, bucket)));
            text.Histogram(Name, buckets, overhead.Seconds(stage), ("stage", stage.Name()));
        }
    }

    private static (string, string)[] Labels(ExposedCounts one) => [("kind", one.Kind.ToString().ToLowerInvariant()), ("id", one.Id), ("name", one.Name)];
}

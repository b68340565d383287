using System.Globalization;
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

/// <summary><c>/metrics/prometheus</c>: the counts of this process in Prometheus' text format (version 0.0.4).</summary>
internal static class PrometheusEndpoint
{
    // Every eighth bucket of ours: powers of two from 64 µs to 134 s, enough for a quantile on a chart and few enough to scrape.
    private const int BucketStep = 8;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/metrics/prometheus", Get).ExcludeFromDescription();

    private static IResult Get(HttpContext context, CallMeter meter, SessionTable sessions, OverloadSeries overload) =>
        context.GetCaller().Rights.Has(Permissions.MetricsRead)
            ? TypedResults.Text(Write(meter, sessions, overload), "text/plain; version=0.0.4", Encoding.UTF8)
            : Problems.Of(Refusal.Forbidden("metrics.read"));

    internal static string Write(CallMeter meter, SessionTable sessions, OverloadSeries overload)
    {
        var text = new StringBuilder();
        var series = meter.All.Where(one => one.Calls > 0).OrderBy(one => one.Kind).ThenBy(one => one.Id, StringComparer.Ordinal).ToList();
        WriteCounter(text, series, "mcpgateway_calls_total", "Calls, failed ones included.", one => one.Calls);
        WriteCounter(text, series, "mcpgateway_call_failures_total", "Calls that ended in a protocol error or got no answer.", one => one.Failures);
        WriteCounter(text, series, "mcpgateway_call_tool_errors_total", "Calls that were answered with isError.", one => one.ToolErrors);
        WriteDurations(text, series.Where(one => one.Kind is SeriesKind.VirtualServer or SeriesKind.Upstream));
        text.Append("# HELP mcpgateway_sessions Legacy sessions that this process serves.\n# TYPE mcpgateway_sessions gauge\nmcpgateway_sessions ")
            .Append(sessions.Count).Append('\n');
        foreach (var family in overload.Read())
        {
            WriteFamily(text, family);
        }

        return text.ToString();
    }

    private static void WriteFamily(StringBuilder text, OverloadFamily family)
    {
        text.Append($"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Type}\n");
        foreach (var (value, labels) in family.Samples)
        {
            text.Append(family.Name);
            for (var index = 0; index < labels.Length; index++)
            {
                text.Append(index == 0 ? '{' : ',').Append(labels[index].Name).Append("=\"");
                Escape(text, labels[index].Value);
                text.Append('"');
            }

            text.Append(labels.Length == 0 ? " " : "} ").Append(CultureInfo.InvariantCulture, $"{value}\n");
        }
    }

    private static void WriteCounter(StringBuilder text, List<CallSeries> series, string name, string help, Func<CallSeries, long> value)
    {
        text.Append($"# HELP {name} {help}\n# TYPE {name} counter\n");
        foreach (var one in series)
        {
            text.Append(name).Append('{');
            WriteLabels(text, one);
            text.Append("} ").Append(value(one)).Append('\n');
        }
    }

    private static void WriteDurations(StringBuilder text, IEnumerable<CallSeries> series)
    {
        const string Name = "mcpgateway_call_duration_seconds";
        text.Append($"# HELP {Name} From a call's arrival to the end of its answer.\n# TYPE {Name} histogram\n");
        foreach (var one in series)
        {
            long below = 0;
            for (var bucket = 0; bucket < LatencyBuckets.Count - 1; bucket++)
            {
                below += one.BucketCount(bucket);
                if (bucket % BucketStep == 0 && bucket > 0)
                {
                    WriteSample(text, Name + "_bucket", one, (LatencyBuckets.UpperBoundMicroseconds(bucket) / 1e6).ToString("R", CultureInfo.InvariantCulture), below);
                }
            }

            below += one.BucketCount(LatencyBuckets.Count - 1);
            WriteSample(text, Name + "_bucket", one, "+Inf", below);
            WriteSample(text, Name + "_sum", one, null, one.TotalMicroseconds / 1e6);
            WriteSample(text, Name + "_count", one, null, below);
        }
    }

    private static void WriteSample(StringBuilder text, string name, CallSeries series, string? upTo, double value)
    {
        text.Append(name).Append('{');
        WriteLabels(text, series);
        if (upTo is not null)
        {
            text.Append(",le=\"").Append(upTo).Append('"');
        }

        text.Append("} ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void WriteLabels(StringBuilder text, CallSeries series)
    {
        text.Append("kind=\"").Append(series.Kind.ToString().ToLowerInvariant()).Append("\",id=\"");
        Escape(text, series.Id);
        text.Append("\",name=\"");
        Escape(text, series.Name);
        text.Append('"');
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(character),
            };
        }
    }
}

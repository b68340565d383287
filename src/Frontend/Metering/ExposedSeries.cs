using McpGateway.Abstractions.Metrics;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Telemetry;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Metering;

/// <summary>
/// Which series <c>/metrics/prometheus</c> shows by themselves: of each kind the first <see cref="TelemetryOptions.MaxSeries"/> that had a
/// call, the others together as <c>other</c>. A series never moves between the two, so that no counter ever goes back.
/// </summary>
internal sealed class ExposedSeries(CallMeter meter, IOptions<TelemetryOptions> options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<CallSeries> _shown = [];
    private readonly Dictionary<SeriesKind, int> _counts = [];

    /// <summary>The series with calls, in a fixed order, each with what it stands for.</summary>
    public IReadOnlyList<ExposedCounts> Read()
    {
        var used = meter.All.Where(static series => series.Calls > 0).OrderBy(static series => series.Kind).ThenBy(static series => series.Id, StringComparer.Ordinal);
        var own = new List<ExposedCounts>();
        var others = new SortedDictionary<SeriesKind, ExposedCounts>();
        lock (_gate)
        {
            foreach (var series in used)
            {
                var target = IsShown(series) ? Add(own, series) : Other(others, series.Kind);
                target.Add(series);
            }
        }

        return [.. own, .. others.Values];
    }

    private static ExposedCounts Add(List<ExposedCounts> list, CallSeries series)
    {
        var counts = new ExposedCounts(series.Kind, series.Id, series.Name);
        list.Add(counts);
        return counts;
    }

    private static ExposedCounts Other(SortedDictionary<SeriesKind, ExposedCounts> others, SeriesKind kind)
    {
        if (!others.TryGetValue(kind, out var counts))
        {
            others[kind] = counts = new ExposedCounts(kind, CallMeter.Other, CallMeter.Other);
        }

        return counts;
    }

    private bool IsShown(CallSeries series)
    {
        if (_shown.Contains(series))
        {
            return true;
        }

        var count = _counts.GetValueOrDefault(series.Kind);
        if (count >= options.Value.MaxSeries || string.Equals(series.Id, CallMeter.Other, StringComparison.Ordinal))
        {
            return false;
        }

        _counts[series.Kind] = count + 1;
        return _shown.Add(series);
    }
}

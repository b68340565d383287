using System.Collections.Concurrent;
using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Gateway.Metering;

/// <summary>All counts of this process. Requests hold on to the series they need, so that counting is a few interlocked additions.</summary>
public sealed class CallMeter
{
    /// <summary>Series beyond this many share one, so that made-up ids cannot fill the memory.</summary>
    public const int MaxSeries = 100_000;

    /// <summary>Id and name of the series that stands for those without one of their own.</summary>
    public const string Other = "other";

    /// <summary>Series in one flush, at most: each is two rows to write, and other writers wait meanwhile.</summary>
    public const int MaxDeltas = 1_000;

    private readonly ConcurrentDictionary<(SeriesKind Kind, string Id), CallSeries> _series = new();

    // Where the flusher goes on; it alone uses it.
    private IEnumerator<KeyValuePair<(SeriesKind Kind, string Id), CallSeries>>? _turn;

    /// <summary>The series of a thing, made at its first mention. The name is what it is called now.</summary>
    public CallSeries For(SeriesKind kind, string id, string? name = null)
    {
        if (!_series.TryGetValue((kind, id), out var series))
        {
            series = _series.Count < MaxSeries
                ? _series.GetOrAdd((kind, id), static (key, name) => new CallSeries(key.Kind, key.Id, name ?? key.Id), name)
                : _series.GetOrAdd((kind, Other), static key => new CallSeries(key.Kind, key.Id, Other));
        }

        if (name is not null && !string.Equals(series.Name, name, StringComparison.Ordinal))
        {
            series.Name = name;
        }

        return series;
    }

    /// <summary>All series, for the Prometheus page of this process.</summary>
    public IEnumerable<CallSeries> All => _series.Values;

    /// <summary>
    /// What was counted since the last time, with the total over all virtual servers (every call belongs to exactly one). Of more than
    /// <see cref="MaxDeltas"/> series the rest has its turn the next time. One caller at a time.
    /// </summary>
    public ImmutableArray<SeriesDelta> TakeDeltas()
    {
        var deltas = ImmutableArray.CreateBuilder<SeriesDelta>();
        for (var left = _series.Count; left > 0 && deltas.Count < MaxDeltas && Next() is { } series; left--)
        {
            if (series.TakeDelta() is { } delta)
            {
                deltas.Add(delta);
            }
        }

        if (Total(deltas) is { } total)
        {
            deltas.Add(total);
        }

        return deltas.ToImmutable();
    }

    /// <summary>The next series in an endless round; null when there is none at all.</summary>
    private CallSeries? Next()
    {
        _turn ??= _series.GetEnumerator();
        if (_turn.MoveNext())
        {
            return _turn.Current.Value;
        }

        _turn = _series.GetEnumerator();
        return _turn.MoveNext() ? _turn.Current.Value : null;
    }

    private static SeriesDelta? Total(IEnumerable<SeriesDelta> deltas)
    {
        SeriesDelta? total = null;
        foreach (var delta in deltas.Where(delta => delta.Kind == SeriesKind.VirtualServer))
        {
            total = total is null ? delta with { Kind = SeriesKind.Total, Id = "all" } : SeriesMath.Add(total, delta);
        }

        return total;
    }
}

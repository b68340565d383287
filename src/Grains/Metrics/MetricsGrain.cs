using System.Collections.Immutable;
using System.Globalization;
using McpGateway.Abstractions.Metrics;
using McpGateway.Gateway.Metering;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Metrics;

/// <summary>Two rows a series: one for the hour, one for all time, so that totals never sum up years of hours.</summary>
internal sealed class MetricsGrain : GatewayGrain, IMetricsGrain
{
    private static readonly DateTimeOffset s_allTime = DateTimeOffset.UnixEpoch;
    private static readonly TimeSpan s_forgetNodesAfter = TimeSpan.FromDays(2);

    private readonly GatewayDatabase _database;

    public MetricsGrain(GatewayDatabase database) => _database = database;

    private int Shard => int.Parse(Key, CultureInfo.InvariantCulture);

    public ValueTask RecordAsync(MetricsBatch batch, CancellationToken cancellationToken) => ExclusiveAsync(
        token => new ValueTask(_database.WriteAsync((db, _, ct) => AddOnceAsync(db, batch, ct), token)), cancellationToken);

    public async ValueTask<ImmutableArray<SeriesSummary>> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken)
    {
        var rows = await _database.ReadAsync((db, ct) => Select(db, query).ToListAsync(ct), cancellationToken);
        return
        [
            .. rows.GroupBy(row => (row.Kind, row.Key))
                .Select(group => SeriesMath.Summarize(group.Select(ToDelta).Aggregate(SeriesMath.Add)))
                .OrderByDescending(summary => summary.Calls).ThenBy(summary => summary.Id, StringComparer.Ordinal)
                .Take(Math.Clamp(query.Limit, 1, 10_000)),
        ];
    }

    private static IQueryable<MetricSeriesEntity> Select(GatewayDbContext db, MetricsQuery query)
    {
        var rows = db.MetricSeries.AsQueryable();
        if (query.Since is { } since)
        {
            var from = new DateTimeOffset(since.UtcTicks - (since.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
            rows = rows.Where(row => row.Hour >= from);
        }
        else
        {
            rows = rows.Where(row => row.Hour == s_allTime);
        }

        if (query.Kind is { } kind)
        {
            rows = rows.Where(row => row.Kind == kind);
        }

        if (!query.Ids.IsDefaultOrEmpty)
        {
            var ids = query.Ids.ToArray();
            rows = rows.Where(row => ids.Contains(row.Key));
        }

        return rows;
    }

    private async Task AddOnceAsync(GatewayDbContext db, MetricsBatch batch, CancellationToken cancellation)
    {
        if (await IsNewAsync(db, batch, cancellation))
        {
            var hour = new DateTimeOffset(batch.At.UtcTicks - (batch.At.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
            await AddAsync(db, hour, batch.Series, cancellation);
            await AddAsync(db, s_allTime, batch.Series, cancellation);
        }
    }

    /// <summary>Notes the batch as counted, in the transaction that counts it.</summary>
    private static async Task<bool> IsNewAsync(GatewayDbContext db, MetricsBatch batch, CancellationToken cancellation)
    {
        var node = await db.MetricNodes.FindAsync([batch.Node], cancellation);
        if (node is null)
        {
            db.MetricNodes.Add(new MetricNodeEntity { Node = batch.Node, Sequence = batch.Sequence, At = batch.At });
            var forget = batch.At - s_forgetNodesAfter;
            await db.MetricNodes.Where(old => old.At < forget).ExecuteDeleteAsync(cancellation);
            return true;
        }

        if (node.Sequence >= batch.Sequence)
        {
            return false;
        }

        (node.Sequence, node.At) = (batch.Sequence, batch.At);
        return true;
    }

    private async Task AddAsync(GatewayDbContext db, DateTimeOffset hour, ImmutableArray<SeriesDelta> series, CancellationToken cancellation)
    {
        var shard = Shard;
        foreach (var kind in series.GroupBy(delta => delta.Kind))
        {
            var ids = kind.Select(delta => delta.Id).ToArray();
            var rows = await db.MetricSeries
                .Where(row => row.Shard == shard && row.Hour == hour && row.Kind == kind.Key && ids.Contains(row.Key))
                .ToDictionaryAsync(row => row.Key, cancellation);
            foreach (var delta in kind)
            {
                if (!rows.TryGetValue(delta.Id, out var row))
                {
                    row = new MetricSeriesEntity { Shard = shard, Hour = hour, Kind = delta.Kind, Key = delta.Id };
                    db.MetricSeries.Add(row);
                    rows.Add(delta.Id, row);
                }

                Store(row, SeriesMath.Add(ToDelta(row), delta));
            }
        }
    }

    private static SeriesDelta ToDelta(MetricSeriesEntity row) => new(
        row.Kind, row.Key, row.Calls, row.Failures, row.ToolErrors, row.TotalMicroseconds, row.LastUse, HistogramCodec.Decode(row.Histogram));

    private static void Store(MetricSeriesEntity row, SeriesDelta sum)
    {
        row.Calls = sum.Calls;
        row.Failures = sum.Failures;
        row.ToolErrors = sum.ToolErrors;
        row.TotalMicroseconds = sum.TotalMicroseconds;
        row.LastUse = sum.LastUse;
        row.Histogram = HistogramCodec.Encode(sum.Buckets);
    }
}

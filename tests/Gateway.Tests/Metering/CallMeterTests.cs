using System.Globalization;
using McpGateway.Abstractions.Metrics;
using McpGateway.Gateway.Metering;

namespace McpGateway.Gateway.Tests.Metering;

public sealed class CallMeterTests
{
    private static readonly long s_now = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero).Ticks;

    [Fact]
    public void TakeDeltas_AfterCalls_GivesThemOnceWithATotal()
    {
        var meter = new CallMeter();
        meter.For(SeriesKind.VirtualServer, "s").Record(1000, CallResult.Succeeded, s_now);
        meter.For(SeriesKind.VirtualServer, "t").Record(3000, CallResult.Failed, s_now + 1);
        meter.For(SeriesKind.Tool, "x").Record(3000, CallResult.ToolError, s_now);

        var deltas = meter.TakeDeltas();
        deltas.Length.ShouldBe(4);
        var total = deltas.Single(delta => delta.Kind == SeriesKind.Total);
        (total.Calls, total.Failures, total.ToolErrors, total.TotalMicroseconds).ShouldBe((2, 1, 0, 4000));
        total.LastUse.Ticks.ShouldBe(s_now + 1);
        deltas.Single(delta => delta.Kind == SeriesKind.Tool).ToolErrors.ShouldBe(1);
        meter.TakeDeltas().ShouldBeEmpty();
    }

    [Fact]
    public void TakeDeltas_MoreSeriesThanOneFlushTakes_EachHasItsTurn()
    {
        const int Busy = (2 * CallMeter.MaxDeltas) + 500;
        var meter = new CallMeter();
        var taken = new Dictionary<string, long>();
        for (var flush = 1; flush <= 5; flush++)
        {
            for (var i = 0; i < Busy; i++)
            {
                meter.For(SeriesKind.Token, i.ToString(CultureInfo.InvariantCulture)).Record(1000, CallResult.Succeeded, s_now);
            }

            var deltas = meter.TakeDeltas();
            deltas.Length.ShouldBe(CallMeter.MaxDeltas);
            foreach (var delta in deltas)
            {
                taken[delta.Id] = taken.GetValueOrDefault(delta.Id) + delta.Calls;
            }
        }

        // Five thousand turns for 2,500 series: two each.
        taken.Count.ShouldBe(Busy);
        taken.Values.Min().ShouldBeGreaterThanOrEqualTo(3);
        while (meter.TakeDeltas() is { Length: > 0 } rest)
        {
            foreach (var delta in rest)
            {
                taken[delta.Id] += delta.Calls;
            }
        }

        taken.Values.ShouldAllBe(static calls => calls == 5);
    }

    [Fact]
    public void Add_HistogramsWithDifferentBuckets_KeepsTheirOrderAndSum()
    {
        SeriesMath.Add([new(1, 10), new(5, 1), new(9, 2)], [new(0, 7), new(5, 4), new(11, 3), new(12, 1)])
            .ShouldBe([new(0, 7), new(1, 10), new(5, 5), new(9, 2), new(11, 3), new(12, 1)]);
        SeriesMath.Add([], [new BucketCount(2, 3)]).ShouldBe([new BucketCount(2, 3)]);
    }

    [Fact]
    public async Task Record_FromManyThreads_LosesNothing()
    {
        var series = new CallMeter().For(SeriesKind.Tool, "x");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                series.Record(i, CallResult.Succeeded, s_now);
            }
        })));
        series.Calls.ShouldBe(80_000);
        Enumerable.Range(0, LatencyBuckets.Count).Sum(series.BucketCount).ShouldBe(80_000);
    }

    [Fact]
    public void For_TooManyIds_ShareOneSeries()
    {
        var meter = new CallMeter();
        for (var i = 0; i < CallMeter.MaxSeries; i++)
        {
            meter.For(SeriesKind.Token, i.ToString());
        }

        meter.For(SeriesKind.Token, "new").ShouldBeSameAs(meter.For(SeriesKind.Token, "newer"));
    }

    [Fact]
    public void Percentile_OfAUniformSpread_IsWithinABucket()
    {
        var counts = new long[LatencyBuckets.Count];
        for (var microseconds = 1; microseconds <= 100_000; microseconds++)
        {
            counts[LatencyBuckets.IndexOf(microseconds)]++;
        }

        LatencyBuckets.Percentile(counts, 0.5).ShouldBe(50, 50 * 0.1);
        LatencyBuckets.Percentile(counts, 0.99).ShouldBe(99, 99 * 0.1);
        LatencyBuckets.Percentile(new long[LatencyBuckets.Count], 0.5).ShouldBe(0);
    }

    [Fact]
    public void IndexOf_EveryLength_FallsIntoItsBucket()
    {
        for (long microseconds = 0; microseconds < 1L << 29; microseconds = (microseconds * 9 / 8) + 1)
        {
            var bucket = LatencyBuckets.IndexOf(microseconds);
            ((double)microseconds).ShouldBeLessThan(LatencyBuckets.UpperBoundMicroseconds(bucket));
            if (bucket > 0)
            {
                ((double)microseconds).ShouldBeGreaterThanOrEqualTo(LatencyBuckets.UpperBoundMicroseconds(bucket - 1));
            }
        }
    }
}

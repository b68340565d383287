using McpGateway.Abstractions.Metrics;
using McpGateway.Grains.Tests.Administration;

namespace McpGateway.Grains.Tests.Metrics;

public sealed class MetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_SeveralBatches_AddUpWithTheirHistograms()
    {
        await using var host = await AdministrationHost.StartAsync();
        var grain = host.Get<IMetricsGrain>("3");
        var at = host.Time.GetUtcNow();

        // 10 calls of about 1 ms, then 10 more of them and 5 of about 30 ms.
        var (fast, slow) = (LatencyBuckets.IndexOf(1_000), LatencyBuckets.IndexOf(30_000));
        await grain.RecordAsync(Batch(1, at, Delta("a", 10, at, new BucketCount(fast, 10)), Delta("b", 1, at, new BucketCount(slow, 1))), Cancellation);
        await grain.RecordAsync(Batch(2, at, Delta("a", 15, at.AddSeconds(2), new BucketCount(fast, 10), new BucketCount(slow, 5))), Cancellation);

        var sums = await grain.SummarizeAsync(new MetricsQuery(SeriesKind.Token, [], null, 10), Cancellation);
        sums.Select(sum => (sum.Id, sum.Calls)).ShouldBe([("a", 25L), ("b", 1L)]);
        sums[0].LastUse.ShouldBe(at.AddSeconds(2));
        sums[0].P50Milliseconds.ShouldBe(1, 0.2);
        sums[0].P95Milliseconds.ShouldBe(30, 4);
        (await grain.SummarizeAsync(new MetricsQuery(SeriesKind.Token, ["b"], null, 10), Cancellation)).ShouldHaveSingleItem().Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Record_ABatchThatArrivesAgain_CountsOnce()
    {
        await using var host = await AdministrationHost.StartAsync();
        var grain = host.Get<IMetricsGrain>("3");
        var batch = Batch(1, host.Time.GetUtcNow(), Delta("a", 10, host.Time.GetUtcNow(), new BucketCount(3, 10)));

        await grain.RecordAsync(batch, Cancellation);
        await grain.RecordAsync(batch, Cancellation);
        await grain.RecordAsync(batch with { Node = "other" }, Cancellation);

        (await grain.SummarizeAsync(new MetricsQuery(SeriesKind.Token, [], null, 10), Cancellation)).ShouldHaveSingleItem().Calls.ShouldBe(20);
    }

    [Fact]
    public async Task Summarize_SinceAnHour_LeavesOutWhatWasBefore()
    {
        await using var host = await AdministrationHost.StartAsync();
        var grain = host.Get<IMetricsGrain>("3");
        var (before, now) = (host.Time.GetUtcNow(), host.Time.GetUtcNow().AddHours(2));

        await grain.RecordAsync(Batch(1, before, Delta("a", 10, before, new BucketCount(3, 10))), Cancellation);
        await host.Get<IMetricsGrain>("4").RecordAsync(Batch(2, now, Delta("a", 1, now, new BucketCount(3, 1))) with { Node = "other" }, Cancellation);

        (await grain.SummarizeAsync(new MetricsQuery(SeriesKind.Token, ["a"], now, 10), Cancellation)).ShouldHaveSingleItem().Calls.ShouldBe(1);
        (await grain.SummarizeAsync(new MetricsQuery(SeriesKind.Token, ["a"], null, 10), Cancellation)).ShouldHaveSingleItem().Calls.ShouldBe(11);
    }

    private static MetricsBatch Batch(long sequence, DateTimeOffset at, params SeriesDelta[] series) => new("node", sequence, at, [.. series]);

    private static SeriesDelta Delta(string id, long calls, DateTimeOffset at, params BucketCount[] buckets) =>
        new(SeriesKind.Token, id, calls, 0, 0, calls * 1000, at, [.. buckets]);
}

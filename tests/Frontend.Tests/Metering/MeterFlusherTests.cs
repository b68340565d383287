using System.Collections.Immutable;
using System.Globalization;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Metering;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Metering;
using McpGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpGateway.Frontend.Tests.Metering;

public sealed class MeterFlusherTests
{
    [Fact]
    public async Task Stop_WithMoreSeriesThanOneBatchTakes_SendsAllOfThem()
    {
        var meter = new CallMeter();
        for (var i = 0; i < (2 * CallMeter.MaxDeltas) + 1; i++)
        {
            meter.For(SeriesKind.Token, i.ToString(CultureInfo.InvariantCulture)).Record(1000, CallResult.Succeeded, 1);
        }

        var grains = new SentBatches();
        using var flusher = new MeterFlusher(
            meter, new CallRecorder(meter, new OverheadMeter(), TimeProvider.System), grains, NodeName.New(), new FakeTimeProvider(), NullLogger<MeterFlusher>.Instance);
        await flusher.StartAsync(TestContext.Current.CancellationToken);
        await flusher.StopAsync(TestContext.Current.CancellationToken);

        grains.Batches.Count.ShouldBe(3);
        grains.Batches.Select(static batch => batch.Sequence).ShouldBe([1, 2, 3]);
        grains.Batches.SelectMany(static batch => batch.Series).Sum(static delta => delta.Calls).ShouldBe((2 * CallMeter.MaxDeltas) + 1);
    }

    private sealed class SentBatches : IGrains, IMetricsGrain, ILiveCallsGrain
    {
        public List<MetricsBatch> Batches { get; } = [];

        public T Get<T>(string key)
            where T : class, IGatewayGrain => (T)(object)this;

        public ValueTask RecordAsync(MetricsBatch batch, CancellationToken cancellationToken)
        {
            Batches.Add(batch);
            return ValueTask.CompletedTask;
        }

        public ValueTask<ImmutableArray<SeriesSummary>> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> ReportAsync(ImmutableArray<CallReport> calls, CancellationToken cancellationToken) => new(false);

        public IAsyncEnumerable<ImmutableArray<CallReport>> WatchAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

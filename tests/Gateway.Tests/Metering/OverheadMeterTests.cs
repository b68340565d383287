using System.Diagnostics;
using McpGateway.Gateway.Metering;

namespace McpGateway.Gateway.Tests.Metering;

public sealed class OverheadMeterTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.5, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(1000, 10)]
    [InlineData(1024, 10)]
    [InlineData(1025, 11)]
    [InlineData(16_777_216, 24)]
    [InlineData(16_777_300, 25)]
    [InlineData(9e12, 25)]
    public void Bucket_OfTime_IsTheFirstThatHoldsIt(double microseconds, int bucket)
    {
        OverheadMeter.IndexOf(Ticks(microseconds)).ShouldBe(bucket);
        (microseconds / 1e6).ShouldBeLessThanOrEqualTo(OverheadMeter.UpperBoundSeconds(bucket));
    }

    [Fact]
    public void Record_CountsEveryStageOnce()
    {
        var meter = new OverheadMeter();

        meter.Record(new CallTimes(Auth: Ticks(10), Policy: Ticks(20), Queue: 0, Connect: 0, FirstByte: Ticks(500), Upstream: Ticks(500), Own: Ticks(40), Total: Ticks(540)));
        meter.Record(new CallTimes(Auth: Ticks(10), Policy: 0, Queue: 0, Connect: 0, FirstByte: 0, Upstream: 0, Own: 0, Total: Ticks(100)));

        foreach (var stage in Enum.GetValues<CallStage>())
        {
            Enumerable.Range(0, OverheadMeter.Buckets).Sum(bucket => meter.Count(stage, bucket)).ShouldBe(2);
        }

        meter.Seconds(CallStage.Auth).ShouldBe(20e-6, tolerance: 1e-9);
        meter.Seconds(CallStage.Total).ShouldBe(640e-6, tolerance: 1e-9);
        meter.Count(CallStage.Policy, 0).ShouldBe(1);
        meter.Count(CallStage.Policy, 5).ShouldBe(1);
    }

    [Fact]
    public void Stages_AllHaveNames() =>
        Enum.GetValues<CallStage>().Select(stage => stage.Name()).ShouldBeUnique();

    private static long Ticks(double microseconds) => (long)(microseconds * Stopwatch.Frequency / 1e6);
}

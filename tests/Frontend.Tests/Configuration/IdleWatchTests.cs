using McpGateway.Frontend.Configuration;

namespace McpGateway.Frontend.Tests.Configuration;

public sealed class IdleWatchTests
{
    private const long Work = IdleWatch.SignificantBytes;

    [Fact]
    public void IsDue_AfterWorkAndTwoQuietPeriods_IsTrue()
    {
        var watch = new IdleWatch();
        watch.IsDue(Work, 0, 0).ShouldBeFalse();
        watch.IsDue(Work + 1, 0, 0).ShouldBeFalse();
        watch.IsDue(Work + 2, 0, 0).ShouldBeTrue();
    }

    [Fact]
    public void IsDue_WhileMemoryIsAllocated_IsFalse()
    {
        var watch = new IdleWatch();
        for (var period = 1; period < 20; period++)
        {
            watch.IsDue(Work + (period * IdleWatch.QuietBytes), 0, 0).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(5_000, false)]
    public void IsDue_WhileStreamsOnlyGiveSignsOfLife_IsTrueForAsManyAsThereAre(int openStreams, bool expected)
    {
        var watch = new IdleWatch();
        var isDue = false;
        for (var period = 1; period < 20; period++)
        {
            isDue |= watch.IsDue(Work + (period * 10_000 * IdleWatch.QuietBytesOfStream), 0, 0, openStreams);
        }

        isDue.ShouldBe(expected);
    }

    [Fact]
    public void IsDue_WhileThereAreCalls_IsFalse()
    {
        var watch = new IdleWatch();
        for (var period = 1; period < 20; period++)
        {
            watch.IsDue(Work, 0, lastCall: period).ShouldBeFalse();
        }
    }

    [Fact]
    public void IsDue_OnceTheCompilerIsDone_IsTrue()
    {
        var watch = new IdleWatch();
        for (var period = 1; period < 20; period++)
        {
            watch.IsDue(0, period * IdleWatch.QuietMethods, 0).ShouldBeFalse();
        }

        Quiet(watch, 0, 19 * IdleWatch.QuietMethods).ShouldBeTrue();
    }

    [Fact]
    public void IsDue_AfterATrim_WaitsForMoreWork()
    {
        var watch = new IdleWatch();
        _ = Quiet(watch, Work);
        watch.Trimmed(Work, 0);
        Quiet(watch, Work + IdleWatch.QuietBytes).ShouldBeFalse();
        Quiet(watch, Work * 2).ShouldBeTrue();
    }

    private static bool Quiet(IdleWatch watch, long allocated, long compiled = 0) =>
        watch.IsDue(allocated, compiled, 0) | watch.IsDue(allocated, compiled, 0) | watch.IsDue(allocated, compiled, 0);
}

using McpGateway.Frontend.Configuration;

namespace McpGateway.Frontend.Tests.Configuration;

public sealed class IdleWatchTests
{
    private const long Work = IdleWatch.SignificantBytes;

    [Fact]
    public void IsDue_AfterWorkAndTwoQuietPeriods_IsTrue()
    {
        var watch = new IdleWatch();
        watch.IsDue(Work, 0).ShouldBeFalse();
        watch.IsDue(Work + 1, 0).ShouldBeFalse();
        watch.IsDue(Work + 2, 0).ShouldBeTrue();
    }

    [Fact]
    public void IsDue_WhileMemoryIsAllocated_IsFalse()
    {
        var watch = new IdleWatch();
        for (var period = 1; period < 20; period++)
        {
            watch.IsDue(Work + (period * IdleWatch.QuietBytes), 0).ShouldBeFalse();
        }
    }

    [Fact]
    public void IsDue_WhileThereAreCalls_IsFalse()
    {
        var watch = new IdleWatch();
        for (var period = 1; period < 20; period++)
        {
            watch.IsDue(Work, lastCall: period).ShouldBeFalse();
        }
    }

    [Fact]
    public void IsDue_AfterATrim_WaitsForMoreWork()
    {
        var watch = new IdleWatch();
        _ = Quiet(watch, Work);
        watch.Trimmed(Work);
        Quiet(watch, Work + IdleWatch.QuietBytes).ShouldBeFalse();
        Quiet(watch, Work * 2).ShouldBeTrue();
    }

    private static bool Quiet(IdleWatch watch, long allocated) =>
        watch.IsDue(allocated, 0) | watch.IsDue(allocated, 0) | watch.IsDue(allocated, 0);
}

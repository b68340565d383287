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

    [Fact]
    public void IsDue_WhileStreamsOnlyGiveSignsOfLife_IsTrue()
    {
        const int streams = 10_000;
        var watch = new IdleWatch();
        bool After(int periods) => watch.IsDue(Work + (periods * streams * IdleWatch.QuietBytesOfStream), 0, 0, streams);
        After(0).ShouldBeFalse();
        After(1).ShouldBeFalse();
        After(2).ShouldBeTrue();
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

using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class TimerTests
{
    [Fact]
    public async Task Timer_Periodic_RunsAsTurnsUntilDisposed()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        var grain = runtime.Get<ITimerGrain>();
        await grain.StartAsync(TimeSpan.FromSeconds(2)).Soon();
        runtime.Time.Advance(TimeSpan.FromSeconds(0.9));
        runtime.Probe.Marks.ShouldBeEmpty();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(0.1), 1);
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(2), 2);
        await grain.StopAsync().Soon();
        runtime.Time.Advance(TimeSpan.FromSeconds(10));
        (await grain.TurnsAsync().Soon()).ShouldBe("2 of 2 were turns");
    }

    [Fact]
    public async Task Timer_WithoutPeriod_RunsOnce()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        await runtime.Get<ITimerGrain>().StartAsync(Timeout.InfiniteTimeSpan).Soon();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(1), 1);
        runtime.Time.Advance(TimeSpan.FromMinutes(1));
        (await runtime.Get<ITimerGrain>().TurnsAsync().Soon()).ShouldBe("1 of 1 were turns");
    }

    [Fact]
    public async Task Timer_ThatFails_GoesOn()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        await runtime.Get<ITimerGrain>("fails").StartAsync(TimeSpan.FromSeconds(2)).Soon();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(1), 1);
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(2), 2);
    }

    [Fact]
    public async Task Timer_SlowRun_IsNotRunAgainMeanwhile()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        await runtime.Get<ITimerGrain>("slow").StartAsync(TimeSpan.FromSeconds(2)).Soon();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(1), 1);
        runtime.Time.Advance(TimeSpan.FromSeconds(20));
        runtime.Probe.Count("tick").ShouldBe(1);
        runtime.Probe.Open("slow");
        await runtime.Probe.SeesAsync("tock");
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(2), 2);
    }

    [Fact]
    public async Task Timer_AtDeactivation_IsToldAndEnds()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        await runtime.Get<ITimerGrain>("slow").StartAsync(TimeSpan.FromSeconds(2)).Soon();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(1), 1);
        await runtime.Get<ITimerGrain>("slow").LeaveAsync().Soon();
        await runtime.Probe.SeesAsync("deactivated");
        runtime.Probe.Marks.ShouldBe(["tick", "told", "deactivated"]);
        runtime.Time.Advance(TimeSpan.FromSeconds(20));
        runtime.Probe.Count("tick").ShouldBe(1);
    }

    [Fact]
    public async Task Timer_AmongIdleSweeps_DoesNotKeepTheGrainAlive()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TimerGrain));
        await runtime.Get<ITimerGrain>().StartAsync(TimeSpan.FromSeconds(50)).Soon();
        await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(1), 1);
        for (var tick = 2; tick <= 15; tick++)
        {
            await AdvanceToTickAsync(runtime, TimeSpan.FromSeconds(50), tick);
        }

        // The fifth sweep, 750 s after the only call.
        await TimerIsSetAsync(runtime);
        runtime.Probe.Count("deactivated").ShouldBe(0);
        runtime.Time.Advance(TimeSpan.FromSeconds(49.5));
        await runtime.Probe.SeesAsync("deactivated");
    }

    [Fact]
    public async Task Timer_DueDuringActivation_RunsAfterIt()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.ResponseTimeout = TimeSpan.FromHours(1), typeof(TimerGrain));
        var call = runtime.Get<ITimerGrain>("early").TurnsAsync().Soon();
        await runtime.Probe.SeesAsync("activating");
        runtime.Time.Advance(TimeSpan.FromSeconds(2));
        runtime.Probe.Marks.ShouldBe(["activating"]);
        runtime.Probe.Open("activate");
        await call;
        await runtime.Probe.SeesAsync("tick");
    }

    // The host has two timers of its own.
    private static Task TimerIsSetAsync(EmbeddedRuntime runtime) =>
        Eventually.TrueAsync(() => runtime.Time.PendingTimers > 2, "the timer is set");

    // The timer is set again when its run has ended, a little after the tick.
    private static async Task AdvanceToTickAsync(EmbeddedRuntime runtime, TimeSpan by, int ticks)
    {
        await TimerIsSetAsync(runtime);
        runtime.Time.Advance(by);
        await runtime.Probe.SeesAsync("tick", ticks);
        runtime.Probe.Count("tick").ShouldBe(ticks);
    }
}

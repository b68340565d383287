using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>Timers over Orleans keep what TimerTests promise of the embedded host. The first tick comes after a second.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class TimerTests(SiloRuntime runtime)
{
    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Timer_Periodic_RunsAsTurnsUntilDisposed()
    {
        var grain = runtime.Get<ITimerGrain>();
        await grain.StartAsync(TimeSpan.FromMilliseconds(100)).Soon();
        await _probe.SeesAsync("tick", 3);

        await grain.StopAsync().Soon();

        var ticks = _probe.Count("tick");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        _probe.Count("tick").ShouldBe(ticks);
        (await grain.TurnsAsync().Soon()).ShouldBe($"{ticks} of {ticks} were turns");
    }

    [Fact]
    public async Task Timer_ThatFails_GoesOn()
    {
        await runtime.Get<ITimerGrain>("fails").StartAsync(TimeSpan.FromMilliseconds(100)).Soon();
        await _probe.SeesAsync("tick", 3);
    }

    [Fact]
    public async Task Timer_SlowRun_IsNotRunAgainMeanwhile()
    {
        var grain = runtime.Get<ITimerGrain>("slow");
        await grain.StartAsync(TimeSpan.FromMilliseconds(100)).Soon();
        await _probe.SeesAsync("tick");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        _probe.Count("tick").ShouldBe(1);
        (await grain.TurnsAsync().Soon()).ShouldBe("1 of 1 were turns", "other calls run meanwhile");

        _probe.Open("slow");

        await _probe.SeesAsync("tock", 2);
        await runtime.DeactivateAsync(grain);
    }

    [Fact]
    public async Task Timer_AtDeactivation_IsToldAndEnds()
    {
        var grain = runtime.Get<ITimerGrain>("slow");
        await grain.StartAsync(TimeSpan.FromMilliseconds(100)).Soon();
        await _probe.SeesAsync("tick");

        await grain.LeaveAsync().Soon();

        await _probe.SeesAsync("deactivated");
        _probe.Marks.ShouldBe(["tick", "told", "deactivated"]);
    }
}

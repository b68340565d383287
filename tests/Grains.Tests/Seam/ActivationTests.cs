using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class ActivationTests
{
    [Fact]
    public async Task Activation_ManyFirstCallsAtOnce_IsOne()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LivingGrain));
        using var together = new Barrier(8);
        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            together.SignalAndWait(Eventually.Patience);
            return await runtime.Get<ILivingGrain>().WhoAsync();
        })).ToList();
        await runtime.Probe.SeesAsync("activating");
        runtime.Probe.Open("activate");
        (await Task.WhenAll(calls).Soon()).Distinct().Count().ShouldBe(1);
        runtime.Probe.Count("made").ShouldBe(1);
    }

    [Fact]
    public async Task Activation_OtherKey_IsAnother()
    {
        await using var runtime = Opened();
        var one = await runtime.Get<ILivingGrain>("one").WhoAsync().Soon();
        (await runtime.Get<ILivingGrain>("two").WhoAsync().Soon()).ShouldNotBe(one);
        (await runtime.Get<ILivingGrain>("one").WhoAsync().Soon()).ShouldBe(one);
    }

    [Fact]
    public async Task Activation_ThatFails_FailsEveryWaitingCallAndTheNextTriesAnew()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LivingGrain));
        var grain = runtime.Get<ILivingGrain>("fails");
        var calls = Enumerable.Range(0, 3).Select(_ => grain.WhoAsync().Soon()).ToList();
        await runtime.Probe.SeesAsync("activating");
        runtime.Probe.Open("activate");
        foreach (var call in calls)
        {
            (await Should.ThrowAsync<InvalidDataException>(() => call)).Message.ShouldBe("cannot live");
        }

        runtime.Probe.Open("healed");
        (await grain.WhoAsync().Soon()).ShouldNotBe(Guid.Empty);
        runtime.Probe.Count("made").ShouldBe(2);
        runtime.Probe.Count("disposed").ShouldBe(1);
        runtime.Probe.Count("deactivated").ShouldBe(0);
    }

    [Fact]
    public async Task Activation_ThatTakesTooLong_FailsAndTheNextCallTriesAnew()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.ResponseTimeout = TimeSpan.FromHours(1), typeof(LivingGrain));
        var call = runtime.Get<ILivingGrain>().WhoAsync().Soon();
        await runtime.Probe.SeesAsync("activating");
        runtime.Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<TimeoutException>(() => call);
        runtime.Probe.Open("activate");
        (await runtime.Get<ILivingGrain>().WhoAsync().Soon()).ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task Idle_AfterItsTime_IsDeactivatedAndDisposed()
    {
        await using var runtime = Opened();
        var first = await runtime.Get<ILivingGrain>().WhoAsync().Soon();
        runtime.Time.Advance(TimeSpan.FromMinutes(12.5));
        await runtime.Probe.SeesAsync("disposed");
        runtime.Probe.Marks.ShouldBe(["made", "activating", "deactivated", "disposed"]);
        (await runtime.Get<ILivingGrain>().WhoAsync().Soon()).ShouldNotBe(first);
    }

    [Fact]
    public async Task Idle_BeforeItsTime_Lives()
    {
        await using var runtime = Opened();
        var first = await runtime.Get<ILivingGrain>().WhoAsync().Soon();
        for (var use = 0; use < 5; use++)
        {
            runtime.Time.Advance(TimeSpan.FromMinutes(9.9));
            (await runtime.Get<ILivingGrain>().WhoAsync().Soon()).ShouldBe(first);
        }
    }

    [Fact]
    public async Task Idle_WhileACallRuns_Lives()
    {
        await using var runtime = Opened();
        var call = runtime.Get<ILivingGrain>().WaitAsync("held");
        await runtime.Probe.SeesAsync("waiting held");
        runtime.Time.Advance(TimeSpan.FromHours(1));
        runtime.Probe.Count("deactivated").ShouldBe(0);
        await Should.ThrowAsync<TimeoutException>(() => call.Soon());
    }

    [Fact]
    public async Task DeactivateWhenIdle_RunningCall_EndsFirstAndTheNextCallFindsANewOne()
    {
        await using var runtime = Opened();
        var grain = runtime.Get<ILivingGrain>();
        var first = await grain.WhoAsync().Soon();
        var running = grain.WaitAsync("held").Soon();
        await runtime.Probe.SeesAsync("waiting held");
        await grain.LeaveAsync().Soon();
        var next = grain.WhoAsync().Soon();
        runtime.Probe.Count("deactivated").ShouldBe(0);
        next.IsCompleted.ShouldBeFalse();

        runtime.Probe.Open("held");
        await running;
        (await next).ShouldNotBe(first);
        runtime.Probe.Marks.ShouldBe(["made", "activating", "waiting held", "went on", "deactivated", "disposed", "made", "activating"]);
    }

    [Fact]
    public async Task DeactivateWhenIdle_CallThatNeverEnds_IsNotWaitedForForEver()
    {
        await using var runtime = Opened();
        var grain = runtime.Get<ILivingGrain>();
        var stuck = grain.WaitAsync("never").AsTask();
        await runtime.Probe.SeesAsync("waiting never");
        await grain.LeaveAsync().Soon();
        await Eventually.TrueAsync(() => runtime.Time.PendingTimers > 2, "the deactivation waits");
        runtime.Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<TimeoutException>(() => stuck.Soon());
        await runtime.Probe.SeesAsync("disposed");
        (await grain.WhoAsync().Soon()).ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task DeactivateWhenIdle_InACallCycle_LetsItFinish()
    {
        await using var runtime = Opened();
        (await runtime.Get<ILivingGrain>().LeaveAndComeBackAsync("other", 3).Soon()).ShouldBe(3);
        await runtime.Probe.SeesAsync("disposed", 2);
    }

    [Fact]
    public async Task DeactivateWhenIdle_WhileActivating_ServesTheWaitingCallFirst()
    {
        await using var runtime = Opened();
        (await runtime.Get<ILivingGrain>("leaves at once").WhoAsync().Soon()).ShouldNotBe(Guid.Empty);
        await runtime.Probe.SeesAsync("disposed");
        runtime.Probe.Count("made").ShouldBe(1);
    }

    [Fact]
    public async Task Deactivation_ThatFails_IsStillOver()
    {
        await using var runtime = Opened();
        var grain = runtime.Get<ILivingGrain>("cannot leave");
        var first = await grain.WhoAsync().Soon();
        await grain.LeaveAsync().Soon();
        (await grain.WhoAsync().Soon()).ShouldNotBe(first);
        runtime.Probe.Count("disposed").ShouldBe(1);
    }

    [Fact]
    public async Task Activation_CallersContext_IsNotKept()
    {
        await using var runtime = Opened();
        LivingGrain.Ambient.Value = "the first caller";
        (await runtime.Get<ILivingGrain>().AmbientAtActivationAsync().Soon()).ShouldBeNull();
    }

    private static EmbeddedRuntime Opened()
    {
        var runtime = EmbeddedRuntime.With(typeof(LivingGrain));
        runtime.Probe.Open("activate");
        return runtime;
    }
}

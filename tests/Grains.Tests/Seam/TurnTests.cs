using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class TurnTests
{
    [Fact]
    public async Task Turns_ManyCallersAtOnce_NeverOverlap()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        var grain = runtime.Get<ITurnGrain>();
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var call = 0; call < 500; call++)
            {
                await grain.CountAsync();
            }
        }));
        await Task.WhenAll(callers).Soon();
        (await grain.ReadAsync().Soon()).ShouldBe((8 * 500 * 3).ToString(System.Globalization.CultureInfo.InvariantCulture) + " turns, 0 overlaps");
    }

    [Fact]
    public async Task Reentrancy_CallCycle_Finishes()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        (await runtime.Get<ITurnGrain>("a").CycleAsync("b", 4).Soon()).ShouldBe("a>b>a>b>a");
    }

    [Fact]
    public async Task Reentrancy_CallDuringAnAwait_Runs()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        var grain = runtime.Get<ITurnGrain>();
        var held = grain.HoldAsync().Soon();
        await runtime.Probe.SeesAsync("held");
        await grain.CountAsync().Soon();
        held.IsCompleted.ShouldBeFalse();
        runtime.Probe.Open("hold");
        await held;
    }

    [Fact]
    public async Task Await_OfWorkElsewhere_ComesBackAsATurn()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        (await runtime.Get<ITurnGrain>().ComesBackAsync().Soon()).ShouldBeTrue();
    }

    [Fact]
    public async Task Caller_AfterACall_IsNotInTheTurn()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        var outside = await Task.Run(async () =>
        {
            await runtime.Get<ITurnGrain>().CountAsync();
            return TaskScheduler.Current == TaskScheduler.Default;
        }).Soon();
        outside.ShouldBeTrue();
    }

    [Fact]
    public async Task Slices_ABusyGrain_LeavesTheThreadToOthers()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(TurnGrain));
        var busy = runtime.Get<ITurnGrain>("busy").SpinUntilAsync("stop").Soon();
        await runtime.Probe.SeesAsync("spinning");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => runtime.Get<ITurnGrain>($"other {number}").CountAsync().AsTask())).Soon();
        runtime.Probe.Open("stop");
        await busy;
    }
}

using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
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

internal interface ITurnGrain : IGatewayGrain
{
    ValueTask CountAsync();

    ValueTask<string> ReadAsync();

    ValueTask<string> CycleAsync(string other, int depth);

    ValueTask HoldAsync();

    ValueTask<bool> ComesBackAsync();

    ValueTask SpinUntilAsync(string gate);
}

internal sealed class TurnGrain(Probe probe) : GatewayGrain, ITurnGrain
{
    private int _turns;
    private int _inside;
    private int _overlaps;

    public async ValueTask CountAsync()
    {
        Turn();
        await Task.Yield();
        Turn();
        await Task.Run(static () => { });
        Turn();
    }

    public ValueTask<string> ReadAsync() => new($"{_turns} turns, {_overlaps} overlaps");

    public async ValueTask<string> CycleAsync(string other, int depth) =>
        depth == 0 ? Key : $"{Key}>{await Grains.Get<ITurnGrain>(other).CycleAsync(Key, depth - 1)}";

    public async ValueTask HoldAsync()
    {
        probe.Mark("held");
        await probe.Gate("hold");
    }

    public async ValueTask<bool> ComesBackAsync()
    {
        var here = TaskScheduler.Current;
        await Task.Run(static () => Thread.Yield());
        return here == TaskScheduler.Current && here != TaskScheduler.Default;
    }

    public async ValueTask SpinUntilAsync(string gate)
    {
        probe.Mark("spinning");
        while (!probe.Gate(gate).IsCompleted)
        {
            await Task.Yield();
        }
    }

    // Not interlocked on purpose: only turns make it right.
    private void Turn()
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            Interlocked.Increment(ref _overlaps);
        }

        _turns++;
        Thread.SpinWait(20);
        Interlocked.Decrement(ref _inside);
    }
}

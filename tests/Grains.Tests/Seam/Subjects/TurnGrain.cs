using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

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

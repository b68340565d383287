using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;
using Orleans;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>Turns, reentrancy and exclusive work over Orleans keep what TurnTests and ExclusiveTests promise of the embedded host.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class TurnTests(SiloRuntime runtime)
{
    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Turns_ManyCallersAtOnce_NeverOverlap()
    {
        var grain = runtime.Get<ITurnGrain>();
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var call = 0; call < 100; call++)
            {
                await grain.CountAsync();
            }
        }));
        await Task.WhenAll(callers).Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("2400 turns, 0 overlaps");
    }

    [Fact]
    public async Task Reentrancy_CallCycleAcrossSilos_Finishes()
    {
        var one = await runtime.PlaceAsync<ITurnGrain>(runtime.Silos[0], static grain => grain.CountAsync());
        var two = await runtime.PlaceAsync<ITurnGrain>(runtime.Silos[1], static grain => grain.CountAsync());
        var (a, b) = (one.GetPrimaryKeyString(), two.GetPrimaryKeyString());
        (await one.CycleAsync(b, 4).Soon()).ShouldBe($"{a}>{b}>{a}>{b}>{a}");
    }

    [Fact]
    public async Task Reentrancy_CallDuringAnAwait_Runs()
    {
        var grain = runtime.Get<ITurnGrain>();
        var held = grain.HoldAsync().Soon();
        await _probe.SeesAsync("held");
        await grain.CountAsync().Soon();
        held.IsCompleted.ShouldBeFalse();
        _probe.Open("hold");
        await held;
    }

    [Fact]
    public async Task Await_OfWorkElsewhere_ComesBackAsATurn() =>
        (await runtime.Get<ITurnGrain>().ComesBackAsync().Soon()).ShouldBeTrue();

    [Fact]
    public async Task Exclusive_SeveralWorks_RunOneByOneInTheirOrder()
    {
        var grain = runtime.Get<IExclusiveGrain>();
        var works = new List<Task<string>>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            works.Add(grain.WorkAsync(name).Soon());
            await _probe.SeesAsync($"asked {name}");
        }

        (await grain.PingAsync().Soon()).ShouldBe("pong", "other calls go on meanwhile");
        _probe.Count("begun b").ShouldBe(0);
        foreach (var name in (string[])["c", "b", "a"])
        {
            _probe.Open(name);
        }

        (await Task.WhenAll(works).Soon()).ShouldBe(["a", "b", "c"]);
        _probe.Marks.Where(static mark => !mark.StartsWith("asked", StringComparison.Ordinal))
            .ShouldBe(["begun a", "ended a", "begun b", "ended b", "begun c", "ended c"]);
    }

    [Fact]
    public async Task Exclusive_WaiterThatIsCancelled_LeavesTheQueue()
    {
        var grain = runtime.Get<IExclusiveGrain>();
        var first = grain.WorkAsync("a").Soon();
        await _probe.SeesAsync("begun a");
        using var cancelled = new CancellationTokenSource();
        var second = grain.WorkAsync("b", cancelled.Token).Soon();
        await _probe.SeesAsync("asked b");
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        await _probe.SeesAsync("failed b OperationCanceledException");
        _probe.Open("a");
        (await first).ShouldBe("a");
        _probe.Open("c");
        (await grain.WorkAsync("c").Soon()).ShouldBe("c");
        _probe.Count("begun b").ShouldBe(0);
    }
}

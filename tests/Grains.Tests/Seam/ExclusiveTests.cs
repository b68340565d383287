using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class ExclusiveTests
{
    [Fact]
    public async Task Exclusive_SeveralWorks_RunOneByOneInTheirOrder()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ExclusiveGrain));
        var grain = runtime.Get<IExclusiveGrain>();
        var works = new List<Task<string>>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            works.Add(grain.WorkAsync(name).Soon());
            await runtime.Probe.SeesAsync($"asked {name}");
        }

        runtime.Probe.Count("begun b").ShouldBe(0);
        foreach (var name in (string[])["c", "b", "a"])
        {
            runtime.Probe.Open(name);
        }

        (await Task.WhenAll(works).Soon()).ShouldBe(["a", "b", "c"]);
        runtime.Probe.Marks.Where(static mark => !mark.StartsWith("asked", StringComparison.Ordinal))
            .ShouldBe(["begun a", "ended a", "begun b", "ended b", "begun c", "ended c"]);
    }

    [Fact]
    public async Task Exclusive_OtherCalls_GoOnMeanwhile()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ExclusiveGrain));
        var work = runtime.Get<IExclusiveGrain>().WorkAsync("a").Soon();
        await runtime.Probe.SeesAsync("begun a");
        (await runtime.Get<IExclusiveGrain>().PingAsync().Soon()).ShouldBe("pong");
        work.IsCompleted.ShouldBeFalse();
        runtime.Probe.Open("a");
        await work;
    }

    [Fact]
    public async Task Exclusive_WorkThatFails_LetsTheNextRun()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ExclusiveGrain));
        await Should.ThrowAsync<InvalidDataException>(() => runtime.Get<IExclusiveGrain>().FailAsync().Soon());
        runtime.Probe.Open("a");
        (await runtime.Get<IExclusiveGrain>().WorkAsync("a").Soon()).ShouldBe("a");
    }

    [Fact]
    public async Task Exclusive_WaiterThatIsCancelled_LeavesTheQueue()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ExclusiveGrain));
        var grain = runtime.Get<IExclusiveGrain>();
        var first = grain.WorkAsync("a").Soon();
        await runtime.Probe.SeesAsync("begun a");
        using var cancelled = new CancellationTokenSource();
        var second = grain.WorkAsync("b", cancelled.Token).Soon();
        await runtime.Probe.SeesAsync("asked b");
        var third = grain.WorkAsync("c").Soon();
        await runtime.Probe.SeesAsync("asked c");
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        await runtime.Probe.SeesAsync("failed b OperationCanceledException");
        runtime.Probe.Open("a");
        runtime.Probe.Open("c");
        (await first).ShouldBe("a");
        (await third).ShouldBe("c");
        runtime.Probe.Count("begun b").ShouldBe(0);
    }

    [Fact]
    public async Task Exclusive_WorkBeyondItsTime_IsCancelledAndTimesOut()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.ResponseTimeout = TimeSpan.FromHours(1), typeof(ExclusiveGrain));
        var work = runtime.Get<IExclusiveGrain>().WorkAsync("a").Soon();
        await runtime.Probe.SeesAsync("begun a");
        runtime.Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<TimeoutException>(() => work);
        runtime.Probe.Open("b");
        (await runtime.Get<IExclusiveGrain>().WorkAsync("b").Soon()).ShouldBe("b");
    }
}

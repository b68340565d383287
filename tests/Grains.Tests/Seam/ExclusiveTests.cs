using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
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

internal interface IExclusiveGrain : IGatewayGrain
{
    ValueTask<string> WorkAsync(string name, CancellationToken cancellationToken = default);

    ValueTask FailAsync();

    ValueTask<string> PingAsync();
}

internal sealed class ExclusiveGrain(Probe probe) : GatewayGrain, IExclusiveGrain
{
    public async ValueTask<string> WorkAsync(string name, CancellationToken cancellationToken = default)
    {
        probe.Mark($"asked {name}");
        try
        {
            return await ExclusiveAsync(
                async token =>
                {
                    probe.Mark($"begun {name}");
                    await probe.Gate(name).WaitAsync(token);
                    probe.Mark($"ended {name}");
                    return name;
                },
                cancellationToken);
        }
        catch (Exception exception)
        {
            probe.Mark($"failed {name} {(exception is OperationCanceledException ? nameof(OperationCanceledException) : exception.GetType().Name)}");
            throw;
        }
    }

    public ValueTask FailAsync() => ExclusiveAsync(static _ => throw new InvalidDataException("no"));

    public ValueTask<string> PingAsync() => new("pong");
}

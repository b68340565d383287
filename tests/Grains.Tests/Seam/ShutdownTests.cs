using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Shutdown_AllGrains_AreDeactivatedInParallel()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        for (var key = 0; key < 20; key++)
        {
            await runtime.Get<ILastingGrain>($"{key}").PingAsync().Soon();
        }

        var stop = runtime.Host.StopAsync(CancellationToken.None);
        await runtime.Probe.SeesAsync("deactivating", 20);
        stop.IsCompleted.ShouldBeFalse();
        runtime.Probe.Open("deactivate");
        await stop.Soon();
        runtime.Probe.Count("deactivated").ShouldBe(20);
    }

    [Fact]
    public async Task Shutdown_RunningCall_FinishesAndStreamsAreBroken()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        runtime.Probe.Open("deactivate");
        var grain = runtime.Get<ILastingGrain>();
        await using var items = grain.WatchAsync().GetAsyncEnumerator();
        var item = items.MoveNextAsync().Soon();
        await runtime.Probe.SeesAsync("watched");
        var call = grain.HoldAsync().Soon();
        await runtime.Probe.SeesAsync("held");

        var stop = runtime.Host.StopAsync(CancellationToken.None);
        await Should.ThrowAsync<GrainStreamBrokenException>(() => item);
        runtime.Probe.Count("deactivating").ShouldBe(0);
        runtime.Probe.Open("hold");
        await call;
        await stop.Soon();
        runtime.Probe.Count("deactivated").ShouldBe(1);
    }

    [Fact]
    public async Task Shutdown_NewCallsFromOutside_AreRefused()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        var grain = runtime.Get<ILastingGrain>();
        await grain.PingAsync().Soon();
        var stop = runtime.Host.StopAsync(CancellationToken.None);
        await runtime.Probe.SeesAsync("deactivating");
        var refused = await Should.ThrowAsync<GrainUnavailableException>(() => grain.PingAsync().Soon());
        GrainFailure.IsTransient(refused).ShouldBeTrue();
        await Should.ThrowAsync<GrainUnavailableException>(() => runtime.Get<ILastingGrain>("new").PingAsync().Soon());
        runtime.Probe.Open("deactivate");
        await stop.Soon();
        await Should.ThrowAsync<GrainUnavailableException>(async () =>
        {
            await foreach (var _ in grain.WatchAsync())
            {
                // Nothing comes.
            }
        }).Soon();
    }

    [Fact]
    public async Task Shutdown_RunningCall_StillReachesOtherGrains()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        runtime.Probe.Open("deactivate");
        await runtime.Get<ILastingGrain>("friend").PingAsync().Soon();
        var call = runtime.Get<ILastingGrain>().HoldAsync(thenPing: "friend").Soon();
        await runtime.Probe.SeesAsync("held");
        var stop = runtime.Host.StopAsync(CancellationToken.None);
        await runtime.Probe.SeesAsync("deactivated");
        runtime.Probe.Open("hold");
        await call;
        await stop.Soon();
        runtime.Probe.Count("deactivated").ShouldBe(3);
    }

    [Fact]
    public async Task Shutdown_BeyondItsGrace_IsGivenUp()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        await runtime.Get<ILastingGrain>().PingAsync().Soon();
        using var grace = new CancellationTokenSource();
        var stop = runtime.Host.StopAsync(grace.Token);
        await runtime.Probe.SeesAsync("deactivating");
        await grace.CancelAsync();
        await stop.Soon();
        runtime.Probe.Count("deactivated").ShouldBe(0);
    }

    [Fact]
    public async Task Shutdown_Twice_IsOnce()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(LastingGrain));
        runtime.Probe.Open("deactivate");
        await runtime.Get<ILastingGrain>().PingAsync().Soon();
        await runtime.Host.StopAsync(CancellationToken.None).Soon();
        await runtime.Host.StopAsync(CancellationToken.None).Soon();
        runtime.Probe.Count("deactivated").ShouldBe(1);
    }
}

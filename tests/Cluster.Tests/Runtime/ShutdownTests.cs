using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>A silo that stops hands over: its grains hear of it, running calls end, and the others answer in its place.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class ShutdownTests(SiloRuntime runtime)
{
    // Of a silo that takes leave nobody has to find out that it is gone.
    private static readonly TimeSpan s_handedOver = TimeSpan.FromSeconds(5);

    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Shutdown_AllGrains_AreDeactivatedAndLiveElsewhere()
    {
        var silo = runtime.Silos[0];
        var grains = new List<ILastingGrain>();
        for (var i = 0; i < 10; i++)
        {
            grains.Add(await runtime.PlaceAsync<ILastingGrain>(silo, static grain => grain.PingAsync()));
        }

        _probe.Open("deactivate");
        await runtime.StopAsync(silo);
        _probe.Count("deactivated").ShouldBe(10);

        var clock = Stopwatch.StartNew();
        foreach (var grain in grains)
        {
            await Patiently.CallAsync(async () =>
            {
                await grain.PingAsync();
                return true;
            });
        }

        clock.Elapsed.ShouldBeLessThan(s_handedOver);
        grains.ShouldAllBe(grain => runtime.WhereIs(grain) != null);
        await runtime.StartAsync();
    }

    [Fact]
    public async Task Shutdown_RunningCall_FinishesAndReachesOtherGrains()
    {
        var silo = runtime.Silos[0];
        _probe.Open("deactivate");
        var grain = await runtime.PlaceAsync<ILastingGrain>(silo, static grain => grain.PingAsync());
        var friend = $"friend {Guid.NewGuid():N}";
        var call = grain.HoldAsync(thenPing: friend).Soon();
        await _probe.SeesAsync("held");

        var stop = runtime.StopAsync(silo);
        _probe.Open("hold");

        await call;
        await stop;
        await runtime.StartAsync();
    }

    [Fact]
    public async Task Shutdown_RunOfATimer_IsToldAndDoesNotHoldUpTheSilo()
    {
        var silo = runtime.Silos[0];
        await runtime.PlaceAsync<ITimerGrain>(silo, static grain => grain.StartAsync(TimeSpan.FromSeconds(1)), "slow");
        await _probe.SeesAsync("tick");

        var clock = Stopwatch.StartNew();
        await runtime.StopAsync(silo);

        clock.Elapsed.ShouldBeLessThan(s_handedOver);
        _probe.Marks.ShouldBe(["tick", "told", "deactivated"]);
        await runtime.StartAsync();
    }

    [Fact]
    public async Task Silo_Killed_ACallThatWasRunningThereFailsAndMayBeRepeated()
    {
        var silo = runtime.Silos[0];
        var grain = await runtime.PlaceAsync<ILivingGrain>(silo, async grain =>
        {
            _probe.Open("activate");
            await grain.WhoAsync();
        });
        var first = await grain.WhoAsync().Soon();
        var call = grain.WaitAsync("held").Soon();
        await _probe.SeesAsync("waiting held");

        await runtime.KillAsync(silo);

        GrainFailure.IsTransient(await Should.ThrowAsync<Exception>(() => call)).ShouldBeTrue();
        (await Patiently.CallAsync(() => grain.WhoAsync())).ShouldNotBe(first);
        await runtime.StartAsync();
    }
}

using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>What becomes of the grains of a silo that is gone, and of those on the others.</summary>
public abstract class GrainRecoveryTests(WholeCluster world, string membership)
{
    // What the product promises; a machine that runs seven nodes on two cores may need a little longer for it.
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(3 + 2);
    private static readonly TimeSpan s_afterFreeze = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Silo_Killed_ItsGrainsAnswerAgainAndNoOtherIsDropped()
    {
        var silo = world.Cluster.Silos[0];
        var (recovery, dropped, elsewhere) = await GrainLoss.LoseAsync(world, silo, silo.KillAsync);
        await silo.StartAsync();

        Figures.Write($"grains of a killed silo, membership in {membership}", new { seconds = Math.Round(recovery.TotalSeconds, 2), dropped_elsewhere = dropped, grains_elsewhere = elsewhere });
        recovery.ShouldBeLessThan(s_afterKill);
        dropped.ShouldBe(0);
    }

    [Fact]
    public async Task Silo_Frozen_IsReplacedAndEndsWhenItWakes()
    {
        var silo = world.Cluster.Silos[1];
        var (recovery, dropped, elsewhere) = await GrainLoss.LoseAsync(world, silo, silo.FreezeAsync);
        await silo.ThawAsync();
        await silo.WaitForEndAsync();
        await silo.StartAsync();

        Figures.Write($"grains of a frozen silo, membership in {membership}", new { seconds = Math.Round(recovery.TotalSeconds, 2), dropped_elsewhere = dropped, grains_elsewhere = elsewhere });
        recovery.ShouldBeLessThan(s_afterFreeze);
        dropped.ShouldBe(0);
    }
}

using System.Diagnostics;
using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>
/// A network that parts a silo from everybody but the database. It needs a network of its own, so it is run by hand, as root:
/// <c>unshare -n dotnet exec …/McpGateway.Cluster.Tests.dll -explicit only -class *PartitionTests</c>.
/// </summary>
public sealed class PartitionTests(PartedCluster world) : IClassFixture<PartedCluster>
{
    [Fact(Explicit = true)]
    public async Task Silo_PartedFromAllOthers_IsReplacedAndEndsItself()
    {
        var silo = world.Cluster.Silos[0];
        await using var load = await Load.StartAsync(world.Cluster, world.Server, world.Token.Text);
        var clock = new Stopwatch();
        var (recovery, dropped, elsewhere) = await GrainLoss.LoseAsync(world, silo, () =>
        {
            clock.Start();
            return world.Island.CutAsync();
        });
        await silo.WaitForEndAsync();
        var ended = clock.Elapsed;
        await world.Island.MendAsync();
        await silo.StartAsync();
        await load.StopAsync();

        Figures.Write("a silo that is parted from all others", new
        {
            recovery_seconds = Math.Round(recovery.TotalSeconds, 1),
            ended_after_seconds = Math.Round(ended.TotalSeconds, 1),
            dropped_elsewhere = dropped,
            grains_elsewhere = elsewhere,
            calls = load.Outcomes.Count,
            failed = load.Failures.Count,
            slowest_seconds = Math.Round(load.Outcomes.Max(static outcome => outcome.Took).TotalSeconds, 1),
            sessions_lost = load.SessionsLost,
            double_executions = world.Work.DoneTwice.Count,
            failures = load.Describe(),
        });
        load.SessionsLost.ShouldBe(0);
        world.Work.DoneTwice.ShouldBeEmpty();
        dropped.ShouldBe(0);
    }
}

using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Nodes die, freeze and are replaced while clients call. Calls that were in flight may fail; nothing else may.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class UnderLoadTests(WholeCluster world)
{
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(8);

    // What a client may have in flight at one moment, of the eight.
    private const int InFlight = 8;

    [Fact]
    public async Task Silo_Killed_CostsAtMostWhatWasInFlight()
    {
        var silo = world.Cluster.Silos[0];
        var load = await RunAsync("silo killed", silo.KillAsync);
        await silo.StartAsync();

        load.Failures.Count.ShouldBeLessThanOrEqualTo(InFlight, load.Describe());
    }

    [Fact]
    public async Task Silo_Stopped_CostsNoCall()
    {
        var silo = world.Cluster.Silos[1];
        var load = await RunAsync("silo stopped", async () => (await silo.StopAsync()).ShouldBe(0, silo.Recent));
        await silo.StartAsync();

        load.Failures.ShouldBeEmpty(load.Describe());
    }

    [Fact]
    public async Task Frontend_Killed_CostsAtMostWhatWasInFlight()
    {
        var frontend = world.Cluster.Frontends[0];
        var load = await RunAsync("frontend killed", frontend.KillAsync);
        await frontend.StartAsync();

        load.Failures.Count.ShouldBeLessThanOrEqualTo(InFlight, load.Describe());
    }

    [Fact]
    public async Task Frontend_Stopped_CostsNoCall()
    {
        var frontend = world.Cluster.Frontends[1];
        var load = await RunAsync("frontend stopped", async () => (await frontend.StopAsync()).ShouldBe(0, frontend.Recent));
        await frontend.StartAsync();

        load.Failures.ShouldBeEmpty(load.Describe());
    }

    [Fact]
    public async Task Everything_RestartedOneAfterTheOther_CostsNoCall()
    {
        var load = await RunAsync("rolling restart", async () =>
        {
            foreach (var node in world.Cluster.Silos.Concat(world.Cluster.Frontends).Append(world.Cluster.Dashboard))
            {
                (await node.StopAsync()).ShouldBe(0, node.Recent);
                await node.StartAsync();
            }
        });

        load.Failures.ShouldBeEmpty(load.Describe());
    }

    // Clients of both generations call before, during and after; then every session is still known and no work was done twice.
    private async Task<Load> RunAsync(string what, Func<Task> happen)
    {
        await using var load = await Load.StartAsync(world.Cluster, world.Server, world.Token.Text);
        await Task.Delay(s_before, TestContext.Current.CancellationToken);
        load.Failures.ShouldBeEmpty(load.Describe());

        var since = load.Now;
        await happen();
        await Task.Delay(s_after, TestContext.Current.CancellationToken);
        await load.StopAsync();

        Figures.Write(what, load, world.Work, since);
        load.SessionsLost.ShouldBe(0);
        world.Work.DoneTwice.ShouldBeEmpty();
        return load;
    }
}

using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Nodes die, freeze and are replaced while clients call. Calls that were in flight may fail; nothing else may.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class UnderLoadTests(WholeCluster world)
{
    /// <summary>What clients may have in flight at one moment: one call each.</summary>
    internal const int InFlight = 8;

    [Fact]
    public async Task Silo_Killed_CostsAtMostWhatWasInFlight()
    {
        var silo = world.Cluster.Silos[0];
        var load = await world.RunUnderLoadAsync("silo killed", silo.KillAsync);
        await silo.StartAsync();

        load.Failures.Count.ShouldBeLessThanOrEqualTo(InFlight, load.Describe());
    }

    [Fact]
    public async Task Silo_Stopped_CostsNoCall()
    {
        var silo = world.Cluster.Silos[1];
        var load = await world.RunUnderLoadAsync("silo stopped", async () => (await silo.StopAsync()).ShouldBe(0, silo.Recent));
        await silo.StartAsync();

        load.Failures.ShouldBeEmpty(load.Describe());
    }

    [Fact]
    public async Task Frontend_Killed_CostsAtMostWhatWasInFlight()
    {
        var frontend = world.Cluster.Frontends[0];
        var load = await world.RunUnderLoadAsync("frontend killed", frontend.KillAsync);
        await frontend.StartAsync();

        load.Failures.Count.ShouldBeLessThanOrEqualTo(InFlight, load.Describe());
    }

    [Fact]
    public async Task Frontend_Stopped_CostsNoCall()
    {
        var frontend = world.Cluster.Frontends[1];
        var load = await world.RunUnderLoadAsync("frontend stopped", async () => (await frontend.StopAsync()).ShouldBe(0, frontend.Recent));
        await frontend.StartAsync();

        load.Failures.ShouldBeEmpty(load.Describe());
    }

    [Fact]
    public async Task Everything_RestartedOneAfterTheOther_CostsNoCall()
    {
        var load = await world.RunUnderLoadAsync("rolling restart", async () =>
        {
            foreach (var node in world.Cluster.Silos.Concat(world.Cluster.Frontends).Append(world.Cluster.Dashboard))
            {
                (await node.StopAsync()).ShouldBe(0, node.Recent);
                await node.StartAsync();
            }
        });

        load.Failures.ShouldBeEmpty(load.Describe());
    }
}

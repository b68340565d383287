using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Silos that know of each other through PostgreSQL, which has the rows and states too: an installation without Redis.</summary>
[Collection(WholeClusterOnPostgresCollection.Name)]
public sealed class PostgresMembershipTests(WholeClusterOnPostgres world) : GrainRecoveryTests(world, "postgres")
{
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Silo_KilledUnderLoad_CostsAtMostWhatWasInFlight()
    {
        var silo = world.Cluster.Silos[0];
        var load = await world.RunUnderLoadAsync("silo killed", silo.KillAsync);
        await silo.StartAsync();

        load.Failures.Count.ShouldBeLessThanOrEqualTo(UnderLoadTests.InFlight, load.Describe());
    }

    [Fact]
    public async Task Postgres_AwayUnderLoad_CostsNoWarmCallAndNoSilo()
    {
        var silos = world.Cluster.Silos.Select(static silo => silo.Id).ToArray();
        var load = await world.RunUnderLoadAsync("PostgreSQL away for ten seconds", async () =>
        {
            await world.Cluster.Postgres.StopAsync();
            await Task.Delay(s_away, TestContext.Current.CancellationToken);
            await world.Cluster.Postgres.StartAgainAsync();
            await world.Cluster.WaitUntilWholeAsync();
            await world.Cluster.Admin.CreateTokenAsync(world.Server);
        });

        load.Failures.ShouldBeEmpty(load.Describe());
        world.Cluster.Silos.Select(static silo => silo.Id).ShouldBe(silos);
        world.Cluster.Silos.ShouldAllBe(static silo => !silo.HasEnded);
    }
}

using System.Net;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Whole tiers are away for a while.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class OutageTests(WholeCluster world)
{
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Postgres_RestartedUnderLoad_CostsNoWarmCall()
    {
        await using var load = await Load.StartAsync(world.Cluster, world.Server, world.Token.Text);
        await Eventually.TrueAsync(() => load.Outcomes.Count > 200, "calls are warm");
        var since = load.Now;

        await world.Cluster.Postgres.StopAsync();
        await Task.Delay(s_away, TestContext.Current.CancellationToken);
        await world.Cluster.Postgres.StartAgainAsync();
        await world.Cluster.WaitUntilWholeAsync();
        await world.Cluster.Admin.CreateTokenAsync(world.Server);
        await load.StopAsync();

        Figures.Write("PostgreSQL away for ten seconds", load, world.Work, since);
        load.Failures.ShouldBeEmpty(load.Describe());
        world.Work.DoneTwice.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redis_AwayAndBackEmpty_CostsNoCallAndSilosAskToBeStartedAgain()
    {
        await using var load = await Load.StartAsync(world.Cluster, world.Server, world.Token.Text);
        await Eventually.TrueAsync(() => load.Outcomes.Count > 200, "calls are warm");
        var since = load.Now;

        await world.Cluster.Redis!.KillAsync();
        await Task.Delay(s_away, TestContext.Current.CancellationToken);
        await world.Cluster.Redis.StartAgainAsync();
        await world.Cluster.Admin.CreateTokenAsync(world.Server);

        // No new node would find them. They all say so at the same time, and whoever looks after them starts them again.
        await Task.WhenAll(world.Cluster.Silos.Select(static silo => silo.WaitUntilUnhealthyAsync()));
        await Task.WhenAll(world.Cluster.Silos.Select(static silo => silo.KillAsync()));
        await Task.WhenAll(world.Cluster.Silos.Select(static silo => silo.StartAsync()));

        await using var client = await ClusterClient.ConnectAsync(world.Cluster, Eventually.Patience);
        await world.Cluster.WaitUntilWholeAsync();
        await load.StopAsync();

        Figures.Write("Redis away for ten seconds, and back empty; silos started again", load, world.Work, since);
        load.Failures.ShouldBeEmpty(load.Describe());
        load.SessionsLost.ShouldBe(0);
        world.Work.DoneTwice.ShouldBeEmpty();
    }

    [Fact]
    public async Task Silos_AllAway_WarmCallsGoOnAndTheRestIsRefusedUntilTheyAreBack()
    {
        await using var load = await Load.StartAsync(world.Cluster, world.Server, world.Token.Text);
        await Eventually.TrueAsync(() => load.Outcomes.Count > 200, "calls are warm");
        var since = load.Now;

        await Task.WhenAll(world.Cluster.Silos.Select(static silo => silo.KillAsync()));
        await Task.Delay(s_away, TestContext.Current.CancellationToken);
        var refused = await world.Cluster.Admin.GetAsync("/gateways");
        var away = load.Failures.Where(failure => failure.At >= since).ToList();
        await Task.WhenAll(world.Cluster.Silos.Select(static silo => silo.StartAsync()));
        await world.Cluster.WaitUntilWholeAsync();
        await load.StopAsync();

        Figures.Write("all silos away for ten seconds", load, world.Work, since);
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, refused.Body);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        away.ShouldBeEmpty(load.Describe());
        load.SessionsLost.ShouldBe(0);
        world.Work.DoneTwice.ShouldBeEmpty();
        (await world.Cluster.Admin.GetAsync("/gateways")).Expect(HttpStatusCode.OK);
    }
}

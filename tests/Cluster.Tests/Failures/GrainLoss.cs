using System.Diagnostics;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Brings grains to life on all silos and loses one of these.</summary>
internal static class GrainLoss
{
    private const int Grains = 40;

    /// <summary>
    /// How long until all grains of the lost silo have answered, and how many on the others were made anew: an upstream session lives and dies
    /// with the activation that opened it.
    /// </summary>
    public static async Task<(TimeSpan Recovery, int Dropped, int Elsewhere)> LoseAsync(WholeCluster world, Node lost, Func<Task> lose)
    {
        await world.Cluster.WaitUntilWholeAsync();
        await using var client = await ClusterClient.ConnectAsync(world.Cluster, Eventually.Patience);
        var round = Guid.NewGuid().ToString("N");
        var connections = Enumerable.Range(0, Grains).Select(i => new ConnectionKey(world.Upstream, $"{round}-{i}", "0").ToString()).ToArray();
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in connections)
        {
            before[key] = await OpenAsync(client.Grains, key);
        }

        var portOf = await client.FindConnectionsAsync();
        var theirs = connections.Where(key => portOf[key] == lost.SiloPort).ToArray();
        theirs.ShouldNotBeEmpty("no grain was on the silo");

        await lose();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(theirs.Select(key => UntilItAnswersAsync(client.Grains, key)));
        var recovery = clock.Elapsed;

        var others = connections.Except(theirs).ToArray();
        var dropped = 0;
        foreach (var key in others)
        {
            dropped += await UntilItAnswersAsync(client.Grains, key) == before[key] ? 0 : 1;
        }

        return (recovery, dropped, others.Length);
    }

    private static async Task<string> UntilItAnswersAsync(IGrains grains, string key)
    {
        while (true)
        {
            try
            {
                return await OpenAsync(grains, key);
            }
            catch (Exception exception) when (GrainFailure.IsTransient(exception))
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task<string> OpenAsync(IGrains grains, string key)
    {
        await foreach (var reply in grains.Get<IConnectionGrain>(key).OpenAsync(Caller.System, null, TestContext.Current.CancellationToken))
        {
            return reply.SessionId ?? throw new InvalidOperationException($"{reply.Kind}: {reply.Detail}");
        }

        throw new InvalidOperationException("It answered nothing.");
    }
}

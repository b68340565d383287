using System.Diagnostics;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Cluster.Tests;

/// <summary>
/// What the first changes in a cluster's life take. For figures, by hand: <c>-explicit only -class *ColdStartTests</c>.
/// </summary>
public sealed class ColdStartTests
{
    [Fact(Explicit = true)]
    public async Task FirstChanges_InACluster_AreMeasured()
    {
        var clock = Stopwatch.StartNew();
        await using var cluster = await GatewayCluster.StartAsync("redis", frontends: 2, island: null, "", "", "stdio");
        var ready = clock.Elapsed;
        await using var server = await FakeUpstream.StartAsync();

        var figures = new List<object>();
        for (var round = 1; round <= 3; round++)
        {
            var name = $"cold {round}";
            var (status, registered) = await TimeAsync(() => cluster.Admin.PostAsync("/gateways", new { name, url = server.Url }));
            var (composed, made) = await TimeAsync(() => cluster.Admin.PostAsync("/servers", new { name, visibility = "public" }));
            var (token, minted) = await TimeAsync(() => cluster.Admin.PostAsync("/tokens", new { name }));
            figures.Add(new { round, status = $"{status} {composed} {token}", register_ms = registered, server_ms = made, token_ms = minted });
        }

        Figures.Write("the first changes", new { ready_seconds = Math.Round(ready.TotalSeconds, 1), figures });
    }

    private static async Task<(int Status, int Milliseconds)> TimeAsync(Func<Task<ApiAnswer>> change)
    {
        var clock = Stopwatch.StartNew();
        var answer = await change();
        return ((int)answer.Status, (int)clock.ElapsedMilliseconds);
    }
}

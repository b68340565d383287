using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Changes;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Testing.Upstreams;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Changes;

public sealed class DefinitionSweepTests
{
    [Fact]
    public async Task Run_ADefinitionThatWasReplaced_GoesInTheSecondRound()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url, change: row => row.Drift = DriftPolicy.Observe);
        await host.RefreshAsync();
        var old = (await host.ItemAsync("echo")).CurrentHash;
        upstream.AddTool("echo", definition: """{"name":"echo","description":"Something else now","inputSchema":{"type":"object"}}""");
        await host.RefreshAsync();
        (await host.ItemAsync("echo")).CurrentHash.ShouldNotBe(old);
        var sweep = new DefinitionSweep(host.Database);

        (await sweep.RunAsync(UpstreamHost.Cancellation)).ShouldBe(0);
        (await HashesAsync(host)).ShouldContain(old);
        (await sweep.RunAsync(UpstreamHost.Cancellation)).ShouldBe(1);

        var left = await HashesAsync(host);
        left.ShouldNotContain(old);
        left.ShouldBe((await host.ItemsAsync()).Select(item => item.CurrentHash).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public async Task Run_ADefinitionInUseAgain_Stays()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.Url);
        await host.RefreshAsync();
        var hash = (await host.ItemAsync("echo")).CurrentHash;
        var sweep = new DefinitionSweep(host.Database);
        await SetAsync(host, "echo", "elsewhere");
        (await sweep.RunAsync(UpstreamHost.Cancellation)).ShouldBe(0);

        await SetAsync(host, "echo", hash);

        (await sweep.RunAsync(UpstreamHost.Cancellation)).ShouldBe(0);
        (await HashesAsync(host)).ShouldContain(hash);
    }

    private static Task SetAsync(UpstreamHost host, string name, string hash) => host.Database.WriteAsync(
        async (db, _, token) =>
        {
            var row = await db.Items.SingleAsync(item => item.OriginalName == name, token);
            (row.CurrentHash, row.ApprovedHash) = (hash, hash);
        },
        UpstreamHost.Cancellation);

    private static Task<List<string>> HashesAsync(UpstreamHost host) =>
        host.ReadAsync(db => db.Definitions.Select(row => row.Hash).ToListAsync(UpstreamHost.Cancellation));
}

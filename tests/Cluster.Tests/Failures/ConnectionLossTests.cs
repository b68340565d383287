using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>A silo is killed while a call runs on its process or its HTTP+SSE stream: nobody can say what became of the call, and nobody repeats it.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class ConnectionLossTests(WholeCluster world)
{
    private const string NotKnown = "whether the call ran is not known";

    // The response time-out, where nobody tells the frontend sooner, and some time for a busy machine.
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Process_OfAKilledSilo_RunsOnAnotherAtTheNextCall()
    {
        Peers.Require();
        var another = world.Cluster.NewSilo("stdio");
        await using var ending = another;
        await another.StartAsync();
        await WithProcessAsync(async (client, upstream) =>
        {
            var lost = await LoseAsync("process", client, upstream, [world.Cluster.Silos[2], another]);
            await lost.StartAsync();
        });
        (await another.StopAsync()).ShouldBe(0, another.Recent);
    }

    [Fact]
    public async Task Process_OfTheOnlySiloForProcesses_RunsAgainWhenThereIsOne()
    {
        Peers.Require();
        await WithProcessAsync(async (client, upstream) =>
        {
            var silo = world.Cluster.Silos[2];
            var running = await StartCallAsync(client, () => IsWaitingAsync(client));
            await silo.KillAsync();
            (await running.WaitAsync(s_told)).ErrorMessage.ShouldContain(NotKnown);

            await Eventually.TrueAsync(
                async () => (await client.ModernCallAsync("echo")).Response.TryGetProperty("error", out var error)
                    && error.GetProperty("message").GetString()!.Contains("Cluster:Roles=stdio", StringComparison.Ordinal),
                "callers are told what is missing");

            await silo.StartAsync();
            await UntilItWorksAsync(client);
        });
    }

    [Fact]
    public async Task EventStream_OfAKilledSilo_IsOpenedByAnotherAtTheNextCall()
    {
        var running = 0;
        await using var server = await FakeUpstream.StartAsync(fake => fake.AddTool("wait", async call =>
        {
            Interlocked.Increment(ref running);
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancelled);
            return FakeCall.Text("never");
        }));
        await WithUpstreamAsync(new { name = "events", transport = "SSE", url = server.SseUrl }, async (client, upstream) =>
        {
            var lost = await LoseAsync("HTTP+SSE stream", client, upstream, world.Cluster.Silos, () => Task.FromResult(Volatile.Read(ref running) > 0));
            await lost.StartAsync();
        });
        running.ShouldBe(1, "nobody repeated the call");
    }

    private async Task<Node> LoseAsync(string what, McpHttp client, string upstream, IReadOnlyList<Node> silos, Func<Task<bool>>? isRunning = null)
    {
        var running = await StartCallAsync(client, isRunning ?? (() => IsWaitingAsync(client)));
        var silo = silos.Single(await OwnerOfAsync(upstream));

        await silo.KillAsync();

        var clock = Stopwatch.StartNew();
        var told = TellAsync(running, clock);
        var (failed, back) = await UntilItWorksAsync(client);
        Figures.Write($"{what} of a killed silo", new
        {
            told_after_seconds = Math.Round((await told).TotalSeconds, 1), back_after_seconds = Math.Round(back.TotalSeconds, 1), calls_failed_meanwhile = failed,
        });
        return silo;
    }

    private static async Task<Task<McpAnswer>> StartCallAsync(McpHttp client, Func<Task<bool>> isRunning)
    {
        var running = client.ModernCallAsync("wait");
        await Eventually.TrueAsync(isRunning, "the call runs");
        running.IsCompleted.ShouldBeFalse();
        return running;
    }

    private static async Task<TimeSpan> TellAsync(Task<McpAnswer> running, Stopwatch clock)
    {
        var answer = await running.WaitAsync(s_told);
        var told = clock.Elapsed;
        answer.ErrorMessage.ShouldContain(NotKnown);
        return told;
    }

    private static async Task<(int Failed, TimeSpan After)> UntilItWorksAsync(McpHttp client)
    {
        var clock = Stopwatch.StartNew();
        var failed = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var works = (await client.ModernCallAsync("echo")).Response.TryGetProperty("result", out _);
                failed += works ? 0 : 1;
                return works;
            },
            "calls work again");
        return (failed, clock.Elapsed);
    }

    private async Task<Func<Node, bool>> OwnerOfAsync(string upstream)
    {
        await using var client = await ClusterClient.ConnectAsync(world.Cluster, Eventually.Patience);
        var connections = await client.FindConnectionsAsync();
        var port = connections.Single(connection => ConnectionKey.Parse(connection.Key)?.UpstreamId == upstream).Value;
        return silo => silo.SiloPort == port;
    }

    private async Task WithProcessAsync(Func<McpHttp, string, Task> test)
    {
        var process = 0;
        await WithUpstreamAsync(new { name = "process", transport = "STDIO", command = Peers.Node, args = StdioFixture.Arguments() }, async (client, upstream) =>
        {
            process = (await EnvironmentAsync(client)).GetProperty("pid").GetInt32();
            await test(client, upstream);
            (await EnvironmentAsync(client)).GetProperty("pid").GetInt32().ShouldNotBe(process);
        });
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process.ToString(CultureInfo.InvariantCulture)}"), "the killed silo's process is gone");
    }

    private async Task WithUpstreamAsync(object settings, Func<McpHttp, string, Task> test)
    {
        var upstream = await world.Cluster.Admin.RegisterAsync(settings);
        try
        {
            var server = await world.Cluster.Admin.ComposeAsync($"of {upstream}", upstream);
            var token = await world.Cluster.Admin.CreateTokenAsync(server);
            await test(world.Cluster.Mcp(server, token.Text), upstream);
        }
        finally
        {
            (await world.Cluster.Admin.DeleteAsync($"/gateways/{upstream}")).Expect(HttpStatusCode.OK);
        }
    }

    private static async Task<bool> IsWaitingAsync(McpHttp client) => (await EnvironmentAsync(client)).GetProperty("waiting").GetInt32() > 0;

    private static async Task<JsonElement> EnvironmentAsync(McpHttp client) => JsonElement.Parse((await client.ModernCallAsync("env")).ContentText);
}

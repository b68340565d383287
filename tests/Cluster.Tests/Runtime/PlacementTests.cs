using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>Which silo a grain comes to life on.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class PlacementTests(SiloRuntime runtime)
{
    private const int Grains = 30;

    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Grains_OfNoKindInParticular_AreSpreadOverAllSilos()
    {
        _probe.Open("activate");
        var places = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Grains; i++)
        {
            var grain = runtime.Get<ILivingGrain>();
            await grain.WhoAsync().Soon();
            places.Add(runtime.WhereIs(grain)!.Name);
        }

        places.Count.ShouldBe(runtime.Silos.Count);
    }

    [Fact]
    public async Task Connections_OfAProcess_LiveOnTheSiloForProcesses()
    {
        await RegisterAsync("process", TransportKind.Stdio);
        await RegisterAsync("remote", TransportKind.StreamableHttp);

        (await PlacesAsync("process")).ShouldBe([runtime.ProcessSilo!.Name]);
        (await PlacesAsync("remote")).Count.ShouldBe(runtime.Silos.Count);
    }

    [Fact]
    public async Task Connections_OfAProcessWithoutASiloForProcesses_SayWhatIsMissingAndMoveWhenThereIsOne()
    {
        await RegisterAsync("homeless", TransportKind.Stdio);
        var grain = runtime.Get<IConnectionGrain>(Key("homeless"));
        await runtime.StopAsync(runtime.ProcessSilo!);

        var refused = await Patiently.CallAsync(() => CallAsync(grain));

        refused.Fault.ShouldBe(UpstreamFault.Unreachable);
        refused.Detail.ShouldNotBeNull().ShouldContain("role");
        await runtime.StartAsync(SiloRoles.Stdio);
        await Eventually.TrueAsync(
            async () => (await CallAsync(grain)).Detail != refused.Detail && runtime.WhereIs(grain) == runtime.ProcessSilo,
            "the connection moved to the silo for processes");
    }

    // Brings connections to life that open nothing.
    private async Task<HashSet<string>> PlacesAsync(string upstream)
    {
        var places = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Grains; i++)
        {
            var grain = runtime.Get<IConnectionGrain>(Key(upstream));
            await grain.HoldAsync("no session").Soon();
            places.Add(runtime.WhereIs(grain)!.Name);
        }

        return places;
    }

    private static async ValueTask<ConnectionReply> CallAsync(IConnectionGrain grain)
    {
        var ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}"""u8.ToArray();
        await foreach (var reply in grain.CallAsync(Caller.System, ping, TestContext.Current.CancellationToken))
        {
            return reply;
        }

        throw new InvalidOperationException("It answered nothing.");
    }

    private static string Key(string upstream) => new ConnectionKey(upstream, Guid.NewGuid().ToString("N"), "0").ToString();

    private Task RegisterAsync(string id, TransportKind transport) => runtime.Silos[0].SiloHost.Services.GetRequiredService<GatewayDatabase>().WriteAsync(
        (db, _, token) =>
        {
            db.Upstreams.Add(new UpstreamEntity { Id = id, Name = id, Slug = id, OwnerId = "nobody", Transport = transport, Command = "/bin/false" });
            return Task.CompletedTask;
        },
        TestContext.Current.CancellationToken);
}

using System.Collections.Concurrent;
using System.Net;
using McpGateway.Conformance.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>The suite's tests of clients, against what the gateway says to its upstreams.</summary>
public sealed class ClientSuiteTests
{
    private const int AtATime = 3;

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task ClientSuite_WithTheGatewayAsItsClient_KeepsWhatIsGreen(string revision)
    {
        Kit.Require();
        var run = $"client-{revision}";
        var names = await Suite.ListClientAsync(revision);

        var one = await RunAsync(revision, names, frontends: 1);
        var two = await RunAsync(revision, names, frontends: 2);

        ConformancePage.Record(run, () => ScenarioTable.Write(run, one, two));
        GreenList.Keep(GreenList.NameOf(run, 1), one);
        GreenList.Keep(GreenList.NameOf(run, 2), two);
    }

    private static async Task<IReadOnlyList<Scenario>> RunAsync(string revision, IReadOnlyList<string> names, int frontends)
    {
        await using var gateway = await GatewayHost.StartAsync(frontends: frontends);
        var signIn = await new RestApi(gateway.Http, bearer: null).PostAsync("/auth/login", new { email = GatewayHost.Email, password = GatewayHost.Password });
        var token = signIn.Expect(HttpStatusCode.OK).Text("access_token");
        var scenarios = new ConcurrentBag<Scenario>();
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
            async (name, _) => scenarios.Add(await Suite.RunClientAsync(gateway.Address, token, revision, name)));
        return [.. scenarios.OrderBy(static scenario => scenario.Name, StringComparer.Ordinal)];
    }
}

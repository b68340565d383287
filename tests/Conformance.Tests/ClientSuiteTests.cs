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
        await using var gateway = await GatewayHost.StartAsync();
        var signIn = await new RestApi(gateway.Http, bearer: null).PostAsync("/auth/login", new { email = GatewayHost.Email, password = GatewayHost.Password });
        var token = signIn.Expect(HttpStatusCode.OK).Text("access_token");

        var scenarios = new ConcurrentBag<Scenario>();
        await Parallel.ForEachAsync(
            await Suite.ListClientAsync(revision),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
            async (name, _) => scenarios.Add(await Suite.RunClientAsync(gateway.Address, token, revision, name)));

        GreenList.Keep($"client-{revision}", [.. scenarios.OrderBy(static scenario => scenario.Name, StringComparer.Ordinal)]);
    }
}

using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>The official clients hear of updated resources of server-everything, whatever either speaks.</summary>
public sealed class SubscriptionTests
{
    private const string Uri = "demo://resource/dynamic/text/1";

    public static TheoryData<string, ClientKind> Pairs => new()
    {
        { "streamableHttp", ClientKind.SdkHttp },
        { "streamableHttp", ClientKind.SdkSse },
        { "streamableHttp", ClientKind.SdkStdio },
        { "streamableHttp", ClientKind.ClientPinned },
        { "streamableHttp", ClientKind.ClientStdio },
        { "sse", ClientKind.SdkHttp },
        { "sse", ClientKind.ClientPinned },
        { "stdio", ClientKind.SdkHttp },
        { "stdio", ClientKind.ClientPinned },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Client_Subscribes_HearsOfUpdates(string transport, ClientKind kind)
    {
        Peers.Require();
        await using var gateway = await GatewayHost.StartAsync();
        var program = await StartAsync(gateway, transport);
        await using var ending = program.Program;
        var server = await gateway.Admin.ComposeAsync("served", program.Id);
        await using var client = await kind.ConnectAsync(gateway.Address, server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        client.Handshake.GetProperty("capabilities").GetProperty("resources").GetProperty("subscribe").GetBoolean().ShouldBeTrue();

        await (kind.IsModern()
            ? client.CallAsync("listen", new { resourceSubscriptions = new[] { Uri } })
            : client.CallAsync("subscribeResource", new { uri = Uri }));
        await client.CallToolAsync("toggle-subscriber-updates");

        await client.WaitForNotificationAsync("notifications/resources/updated");
        client.Events.First(said => said.TryGetProperty("method", out var method) && method.GetString() == "notifications/resources/updated")
            .GetProperty("params").GetProperty("uri").GetString().ShouldBe(Uri);
        if (!kind.IsModern())
        {
            await client.CallAsync("unsubscribeResource", new { uri = Uri });
        }
    }

    [Fact]
    public async Task Logs_ThatBelongToNoCall_ReachTheSessionsClient()
    {
        Peers.Require();
        await using var gateway = await GatewayHost.StartAsync();
        var program = await StartAsync(gateway, "streamableHttp");
        await using var ending = program.Program;
        var server = await gateway.Admin.ComposeAsync("served", program.Id);
        await using var client = await ClientKind.SdkHttp.ConnectAsync(gateway.Address, server, (await gateway.Admin.CreateTokenAsync(server)).Text);

        // It writes one at once, when nobody may be listening yet, and one every five seconds.
        await client.CallToolAsync("toggle-simulated-logging");

        await client.WaitForNotificationAsync("notifications/message");
    }

    [Theory]
    [InlineData(ClientKind.SdkHttp)]
    [InlineData(ClientKind.ClientPinned)]
    public async Task StreamsOfGrains_BreakAtRandom_UpdatesGoOnToArrive(ClientKind kind)
    {
        Peers.Require();
        await using var fake = await FakeUpstream.StartAsync(static upstream =>
        {
            upstream.OffersSubscriptions = true;
            upstream.AddResource(Uri);
        });
        await using var gateway = await GatewayHost.StartAsync();
        var server = await gateway.Admin.ComposeAsync("served", await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url }));
        await using var client = await kind.ConnectAsync(gateway.Address, server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await (kind.IsModern()
            ? client.CallAsync("listen", new { resourceSubscriptions = new[] { Uri } })
            : client.CallAsync("subscribeResource", new { uri = Uri }));
        gateway.BreakStreams(0.3);

        for (var round = 0; round < 10; round++)
        {
            // An update may be told twice, never not at all.
            client.Events.Clear();
            await fake.UpdateAsync(Uri);
            await client.WaitForNotificationAsync("notifications/resources/updated");
        }
    }

    private static async Task<(ChildProgram? Program, string Id)> StartAsync(GatewayHost gateway, string transport)
    {
        if (transport == "stdio")
        {
            return (null, await gateway.Admin.RegisterAsync(new { name = "everything", command = Peers.Node, args = new[] { Peers.Everything, "stdio" } }));
        }

        var (program, url) = await Peers.StartEverythingAsync(transport);
        return (program, await gateway.Admin.RegisterAsync(
            new { name = "everything", url, transport = transport == "sse" ? "SSE" : "STREAMABLEHTTP" }));
    }
}

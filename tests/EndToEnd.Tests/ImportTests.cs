using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

public class ImportTests
{
    [Fact]
    public async Task Import_AClientsFile_RegistersEveryServerAndReportsOnEach()
    {
        Peers.Require();
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync();
        var files = Directory.CreateTempSubdirectory("mcpg-import-");
        try
        {
            var answer = await gateway.Admin.PostAsync("/gateways/import", new
            {
                mcpServers = new Dictionary<string, object>
                {
                    ["files"] = new { command = Peers.Node, args = new[] { Peers.Filesystem, files.FullName } },
                    ["web"] = new { type = "http", url = fake.Url, headers = new Dictionary<string, string> { ["X-Key"] = "top secret" } },
                    ["old"] = new { url = fake.SseUrl },
                    ["broken"] = new { url = "not an address" },
                    ["unfilled"] = new { url = fake.Url, headers = new Dictionary<string, string> { ["Authorization"] = "Bearer ${TOKEN}" } },
                },
            });

            var report = answer.Expect(HttpStatusCode.OK).Json;
            report.GetProperty("created").GetInt32().ShouldBe(3);
            report.GetProperty("failed").GetInt32().ShouldBe(2);
            var results = report.GetProperty("results").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!);
            results["files"].GetProperty("gateway").GetProperty("transport").GetString().ShouldBe("STDIO");
            results["old"].GetProperty("gateway").GetProperty("transport").GetString().ShouldBe("SSE");
            results["broken"].GetProperty("errors").TryGetProperty("url", out _).ShouldBeTrue();
            results["unfilled"].GetProperty("status").GetString().ShouldBe("failed");
            answer.Body.ShouldNotContain("top secret");
            await ToolsOfAsync(gateway, "files");
            await ToolsOfAsync(gateway, "old");
            fake.Received.ShouldContain(request => request.Headers.ContainsKey("X-Key"));
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Import_Twice_RefusesTheNamesThatExist()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayHost.StartAsync();
        var file = new { mcpServers = new Dictionary<string, object> { ["web"] = new { url = fake.Url } } };
        await gateway.Admin.PostAsync("/gateways/import", file);

        var second = (await gateway.Admin.PostAsync("/gateways/import", file)).Json;

        second.GetProperty("created").GetInt32().ShouldBe(0);
        second.GetProperty("results")[0].GetProperty("status").GetString().ShouldBe("failed");
        (await gateway.Admin.GetAsync("/gateways")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Config_OfAVirtualServer_IsWhatRealClientsConnectWith()
    {
        await using var world = await SmallWorld.StartAsync();

        var http = (await world.Gateway.Admin.GetAsync($"/servers/{world.Server}/config?type=http")).Expect(HttpStatusCode.OK).Json;
        var sse = (await world.Gateway.Admin.GetAsync($"/servers/{world.Server}/config?type=sse")).Expect(HttpStatusCode.OK).Json;
        var stdio = (await world.Gateway.Admin.GetAsync($"/servers/{world.Server}/config?type=stdio")).Expect(HttpStatusCode.OK).Json;

        await using var overHttp = await PeerClient.ConnectAsync(new
        {
            library = "client", mode = "auto", transport = "http", url = EntryOf(http).GetProperty("url").GetString(), token = world.Token,
        });
        await using var overSse = await PeerClient.ConnectAsync(new
        {
            library = "sdk", transport = "sse", url = EntryOf(sse).GetProperty("url").GetString(), token = world.Token,
        });
        (await overHttp.CallAsync("listTools")).GetProperty("tools").GetArrayLength().ShouldBe(1);
        (await overSse.CallAsync("listTools")).GetProperty("tools").GetArrayLength().ShouldBe(1);
        EntryOf(stdio).GetProperty("command").GetString().ShouldBe(Path.Combine(Repository.Root, "run.sh"));
        EntryOf(stdio).GetProperty("args").EnumerateArray().Select(argument => argument.GetString())
            .ShouldBe(["stdio", "--url", world.Gateway.McpUrl(world.Server)]);
    }

    private static System.Text.Json.JsonElement EntryOf(System.Text.Json.JsonElement config) =>
        config.GetProperty("mcpServers").EnumerateObject().ShouldHaveSingleItem().Value;

    private static async Task ToolsOfAsync(GatewayHost gateway, string name)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            var list = (await gateway.Admin.GetAsync($"/gateways?q={name}")).Json;
            if (list.GetArrayLength() == 1 && list[0].GetProperty("toolCount").GetInt32() > 0)
            {
                return;
            }

            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(20, patience.Token);
        }
    }
}

using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary><c>tools/list</c> of virtual servers with 20 and with 5,000 tools, beside the stub that only copies its answer out of memory.</summary>
internal static class ListsScenario
{
    private const int Connections = 16;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        const string modernHeaders = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n";
        const string legacyList = """{"jsonrpc":"2.0","id":ID,"method":"tools/list"}""";
        var authorization = await gateway.AuthorizeAsync();
        foreach (var tools in new[] { 20, 5000 })
        {
            var path = $"/modern/{tools}";
            var server = await gateway.ComposeAsync(path, await gateway.RegisterAsync(path, bench.StubAddress + path));
            LoadTarget[] targets =
            [
                new("direct", bench.Stub, bench.At(path), Messages.Modern("tools/list"), modernHeaders),
                new("gateway, modern client", gateway.Process, server, Messages.Modern("tools/list"), authorization + modernHeaders),
                new("gateway, legacy client", gateway.Process, server, legacyList, await Messages.OpenAsync(server, authorization)),
            ];
            await Bench.CompareAsync(targets, Connections, s_warmUp, s_duration, (target, _, _) => new { measure = "tools_list", what = target.What, tools });
        }
    }
}

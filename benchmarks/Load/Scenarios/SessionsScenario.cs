using System.Diagnostics;
using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>Opening a session where 1 and where 50 upstreams, ten of them dead, stand behind the virtual server.</summary>
internal static class SessionsScenario
{
    private const int Sessions = 300;

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var ids = new List<string>();
        for (var number = 0; number < 50; number++)
        {
            var dead = number % 5 == 4;
            ids.Add(await gateway.RegisterAsync(
                $"upstream {number}", dead ? $"http://127.0.0.1:{Gateway.FreePort()}/mcp" : $"{bench.StubAddress}/legacy/{number}/5", wait: !dead));
        }

        var one = await gateway.ComposeAsync("one", ids[0]);
        var fifty = await gateway.ComposeAsync("fifty", [.. ids]);
        var authorization = await gateway.AuthorizeAsync();
        await MeasureAsync("legacy client: initialize, initialized and tools/list on new connections", one, fifty, async address =>
        {
            var session = await Messages.OpenAsync(address, authorization);
            await LoadRun.AskAsync(address, """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""", session);
        });
        await MeasureAsync("modern client: server/discover and tools/list on new connections", one, fifty, async address =>
        {
            await Messages.AskModernAsync(address, "server/discover", authorization);
            await Messages.AskModernAsync(address, "tools/list", authorization);
        });
    }

    private static async Task MeasureAsync(string what, Uri one, Uri fifty, Func<Uri, Task> open)
    {
        var times = new Dictionary<Uri, List<double>> { [one] = [], [fifty] = [] };
        for (var run = 0; run < Sessions; run++)
        {
            // In turns, so that both meet the same conditions.
            foreach (var (address, measured) in times)
            {
                var clock = Stopwatch.StartNew();
                await open(address);
                measured.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        Bench.Say(new { measure = "session_open", what, sessions = Sessions, one_upstream_ms = Median(times[one]), fifty_upstreams_ten_dead_ms = Median(times[fifty]) });
    }

    private static double Median(List<double> values) => Math.Round(values.Order().ElementAt(values.Count / 2), 2);
}

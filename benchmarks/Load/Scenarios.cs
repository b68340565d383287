using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace McpGateway.Load;

/// <summary>What is measured, each as one line of JSON on standard output.</summary>
internal static class Scenarios
{
    private const int Connections = 32;
    private const int Starts = 5;
    private const int Sessions = 300;

    private const string LegacyCall =
        """{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"tool-3","arguments":{"query":"anything","limit":10}}}""";

    private const string ModernCall =
        """{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"tool-3","arguments":{"query":"anything","limit":10},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private const string ModernHeaders = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: tool-3\r\n";

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(8);

    // What only the start needed is given back after some seconds; then nothing happens any more.
    private static readonly TimeSpan s_untilIdle = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string gateway, string[] chosen)
    {
        await using var stub = MeasuredProcess.Start(typeof(Scenarios).Assembly.Location, ["stub"]);
        var stubAddress = $"http://127.0.0.1:{await stub.Output.ReadLineAsync()}";
        foreach (var (name, run) in new (string, Func<Task>)[]
        {
            ("start", () => StartAsync(gateway)),
            ("memory", () => MemoryAsync(gateway, stubAddress)),
            ("sessions", () => SessionsAsync(gateway, stubAddress)),
            ("calls", () => CallsAsync(gateway, stub, stubAddress)),
            ("floor", () => FloorAsync(gateway, stub, stubAddress)),
        })
        {
            if (chosen.Length == 0 || chosen.Contains(name))
            {
                await run();
            }
        }

        return 0;
    }

    private static async Task StartAsync(string program)
    {
        var fresh = new List<double>();
        var again = new List<double>();
        for (var run = 0; run < Starts; run++)
        {
            using var data = new TemporaryFolder();
            await using (var first = await Gateway.StartAsync(program, data.Path))
            {
                fresh.Add(first.StartTime.TotalMilliseconds);
            }

            await using var second = await Gateway.StartAsync(program, data.Path);
            again.Add(second.StartTime.TotalMilliseconds);
        }

        Say(new { measure = "ready", runs = Starts, first_start_ms = Round(Median(fresh)), later_start_ms = Round(Median(again)), worst_ms = Round(fresh.Concat(again).Max()) });
    }

    private static async Task MemoryAsync(string program, string stub)
    {
        using var data = new TemporaryFolder();
        await using (var first = await Gateway.StartAsync(program, data.Path))
        {
            await first.SignInAsync();
            await first.ComposeAsync("thousand", await first.RegisterAsync("stub", stub + "/legacy/1000"));
            await Task.Delay(s_untilIdle);
            SayMemory("registering them", first);
        }

        await using var second = await Gateway.StartAsync(program, data.Path);
        await Task.Delay(s_untilIdle);
        SayMemory("a start with them", second);
    }

    private static async Task SessionsAsync(string program, string stub)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(program, data.Path);
        await gateway.SignInAsync();
        var ids = new List<string>();
        for (var number = 0; number < 50; number++)
        {
            var dead = number % 5 == 4;
            ids.Add(await gateway.RegisterAsync(
                $"upstream {number}", dead ? $"http://127.0.0.1:{Gateway.FreePort()}/mcp" : $"{stub}/legacy/{number}/5", wait: !dead));
        }

        var one = await gateway.ComposeAsync("one", ids[0]);
        var fifty = await gateway.ComposeAsync("fifty", [.. ids]);
        var authorization = $"Authorization: Bearer {await gateway.CreateTokenAsync()}\r\n";
        await MeasureOpeningAsync("legacy client: initialize, initialized and tools/list on new connections", one, fifty, async address =>
        {
            var session = await OpenAsync(address, authorization);
            await LoadRun.AskAsync(address, """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""", session);
        });
        await MeasureOpeningAsync("modern client: server/discover and tools/list on new connections", one, fifty, async address =>
        {
            await AskModernAsync(address, "server/discover", authorization);
            await AskModernAsync(address, "tools/list", authorization);
        });
    }

    private static async Task MeasureOpeningAsync(string what, Uri one, Uri fifty, Func<Uri, Task> open)
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

        Say(new
        {
            measure = "session_open",
            what,
            sessions = Sessions,
            one_upstream_ms = RoundFine(Median(times[one])),
            fifty_upstreams_ten_dead_ms = RoundFine(Median(times[fifty])),
        });
    }

    private static async Task CallsAsync(string program, MeasuredProcess stubProcess, string stub)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(program, data.Path);
        await gateway.SignInAsync();
        var legacy = await gateway.ComposeAsync("legacy", await gateway.RegisterAsync("legacy", stub + "/legacy/5"));
        var modern = await gateway.ComposeAsync("modern", await gateway.RegisterAsync("modern", stub + "/modern/5"));
        var large = await gateway.ComposeAsync("large", await gateway.RegisterAsync("large", stub + "/legacy/5000"));
        var authorization = $"Authorization: Bearer {await gateway.CreateTokenAsync()}\r\n";

        await MeasureAsync("stub, legacy", stubProcess, new Uri(stub + "/legacy/5"), LegacyCall, "Mcp-Session-Id: stub\r\n");
        await MeasureAsync("stub, modern", stubProcess, new Uri(stub + "/modern/5"), ModernCall, ModernHeaders);

        // The first seconds of a process belong to the just-in-time compiler.
        await LoadRun.RunAsync(legacy, LegacyCall, await OpenAsync(legacy, authorization), Connections, s_duration);
        await MeasureAsync("gateway, legacy to legacy", gateway.Process, legacy, LegacyCall, await OpenAsync(legacy, authorization));
        await MeasureAsync("gateway, modern to modern", gateway.Process, modern, ModernCall, authorization + ModernHeaders);
        await MeasureAsync("gateway, legacy to modern", gateway.Process, modern, LegacyCall, await OpenAsync(modern, authorization));
        await MeasureAsync("gateway, modern to legacy", gateway.Process, legacy, ModernCall, authorization + ModernHeaders);
        await MeasureAsync("gateway, legacy to legacy, 5,000 tools", gateway.Process, large, LegacyCall, await OpenAsync(large, authorization));
    }

    private static async Task FloorAsync(string program, MeasuredProcess stubProcess, string stub)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(program, data.Path);
        await gateway.SignInAsync();
        var legacy = await gateway.ComposeAsync("legacy", await gateway.RegisterAsync("legacy", stub + "/legacy/5"));
        var modern = await gateway.ComposeAsync("modern", await gateway.RegisterAsync("modern", stub + "/modern/5"));
        var authorization = $"Authorization: Bearer {await gateway.CreateTokenAsync()}\r\n";
        await using var floor = MeasuredProcess.Start(typeof(Scenarios).Assembly.Location, ["floor", stub]);
        var floorAddress = new Uri($"http://127.0.0.1:{await floor.Output.ReadLineAsync()}/modern/5");
        await FloorScenario.RunAsync(
            [
                new("bare Kestrel and SocketsHttpHandler", floor, floorAddress, ModernCall, authorization + ModernHeaders),
                new("gateway, modern to modern", gateway.Process, modern, ModernCall, authorization + ModernHeaders),
                new("gateway, legacy to legacy", gateway.Process, legacy, LegacyCall, await OpenAsync(legacy, authorization)),
                new("the stub itself", stubProcess, new Uri(stub + "/modern/5"), ModernCall, ModernHeaders),
            ],
            Connections, s_duration, s_warmUp, Say);
    }

    private static async Task MeasureAsync(string what, MeasuredProcess process, Uri address, string message, string headers)
    {
        await LoadRun.RunAsync(address, message, headers, Connections, s_warmUp);
        var before = process.ProcessorTime();
        var load = await LoadRun.RunAsync(address, message, headers, Connections, s_duration);
        var used = process.ProcessorTime() - before;
        Say(new
        {
            measure = "calls",
            what,
            connections = Connections,
            calls = load.Calls,
            per_second = Math.Round(load.PerSecond),
            cpu_us_per_call = Round(used.TotalMicroseconds / load.Calls),
            per_second_and_core = Math.Round(load.Calls / used.TotalSeconds),
            median_ms = Math.Round(load.MedianMs, 2),
            p99_ms = Math.Round(load.P99Ms, 2),
        });
    }

    /// <summary>Opens a legacy session. The headers for what is sent in it.</summary>
    private static async Task<string> OpenAsync(Uri address, string authorization)
    {
        var (head, body) = await LoadRun.AskAsync(
            address,
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""",
            authorization);
        var line = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Mcp-Session-Id:", StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"No session: {head}{body}");
        var headers = $"{authorization}{line}\r\nMCP-Protocol-Version: 2025-11-25\r\n";
        await LoadRun.AskAsync(address, """{"jsonrpc":"2.0","method":"notifications/initialized"}""", headers);
        return headers;
    }

    private static async Task AskModernAsync(Uri address, string method, string authorization)
    {
        var (head, body) = await LoadRun.AskAsync(
            address,
            """{"jsonrpc":"2.0","id":1,"method":"METHOD","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""".Replace("METHOD", method, StringComparison.Ordinal),
            $"{authorization}MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n");
        if (!body.Contains("\"result\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Not a result: {head}{body}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Round(double value) => Math.Round(value, 1);

    private static double RoundFine(double value) => Math.Round(value, 2);

    // The pages of files, such as the runtime's, count in every process that maps them: here also in this one and the stub.
    private static void SayMemory(string after, Gateway gateway)
    {
        var (all, ofFiles) = gateway.Process.ResidentMegabytes();
        Say(new { measure = "idle_memory", tools = 1000, after, resident_mb = Round(all), of_it_pages_of_files_mb = Round(ofFiles) });
    }

    private static void Say(object figures) => Console.WriteLine(JsonSerializer.Serialize(figures));

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"mcpg-bench-{Environment.ProcessId}-")).FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

using System.Text.Json;
using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>
/// Proxies from npm beside the gateway, each in a job that it can do too: supergateway and mcp-proxy put a stdio server on Streamable HTTP, for clients
/// with a session and for such without, mcp-hub puts HTTP servers on HTTP+SSE. The work of the stdio child is not counted, only the proxy's own.
/// </summary>
internal static class NpmScenario
{
    private const int Connections = 16;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(4);

    private static readonly string[] s_stdioStub = ["exec", typeof(NpmScenario).Assembly.Location, "stub", "stdio"];

    public static async Task RunAsync(Surroundings bench)
    {
        if (Environment.GetEnvironmentVariable("MCPGATEWAY_BENCH_PEERS") is not { } peers || !Directory.Exists(Path.Combine(peers, ".bin")))
        {
            await Console.Error.WriteLineAsync("The npm proxies are not installed (bench.sh does it where npm is there): left out.");
            return;
        }

        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var authorization = await gateway.AuthorizeAsync();
        await StdioAsync(gateway, authorization, Path.Combine(peers, ".bin"));
        await HttpSseAsync(gateway, authorization, Path.Combine(peers, ".bin"), bench.StubAddress + "/legacy/5", data.Path);
    }

    private static async Task StdioAsync(Gateway gateway, string authorization, string peers)
    {
        var ours = await gateway.ComposeAsync("stdio", await gateway.RegisterStdioAsync("stdio", "dotnet", s_stdioStub));
        await MeasureStdioAsync("stdio server on Streamable HTTP", gateway, ours, authorization, peers, ["--stateful"], [], Messages.OpenAsync);
        await MeasureStdioAsync(
            "stdio server, clients without a session", gateway, ours, authorization, peers, [], ["--stateless"],
            static (_, authorization) => Task.FromResult(authorization + "MCP-Protocol-Version: 2025-11-25\r\n"));
    }

    private static async Task MeasureStdioAsync(
        string job, Gateway gateway, Uri ours, string authorization, string peers, string[] forSupergateway, string[] forMcpProxy, Func<Uri, string, Task<string>> openAsync)
    {
        var (port, otherPort) = (Gateway.FreePort(), Gateway.FreePort());
        await using var supergateway = MeasuredProcess.Start(
            Path.Combine(peers, "supergateway"),
            ["--stdio", $"dotnet {string.Join(' ', s_stdioStub)}", "--outputTransport", "streamableHttp", .. forSupergateway, "--port", $"{port}", "--logLevel", "none"]);
        await using var mcpProxy = MeasuredProcess.Start(
            Path.Combine(peers, "mcp-proxy"), ["--host", "127.0.0.1", "--port", $"{otherPort}", "--server", "stream", .. forMcpProxy, "--", "dotnet", .. s_stdioStub]);
        _ = supergateway.Output.ReadToEndAsync();
        _ = mcpProxy.Output.ReadToEndAsync();
        var targets = new List<LoadTarget>();
        foreach (var (what, process, address, bearer) in new[]
        {
            ("gateway", gateway.Process, ours, authorization),
            ("supergateway 4.0.0", supergateway, new Uri($"http://127.0.0.1:{port}/mcp"), ""),
            ("mcp-proxy 6.7.19", mcpProxy, new Uri($"http://127.0.0.1:{otherPort}/mcp"), ""),
        })
        {
            await Gateway.UntilListeningAsync(address);
            targets.Add(new LoadTarget(what, process, address, Messages.LegacyCall, await openAsync(address, bearer)));
        }

        await MeasureAsync(job, targets);
    }

    private static async Task HttpSseAsync(Gateway gateway, string authorization, string peers, string upstream, string folder)
    {
        var ours = await gateway.ComposeAsync("http", await gateway.RegisterAsync("http", upstream));
        var configuration = Path.Combine(folder, "mcp-hub.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new { mcpServers = new { stub = new { url = upstream } } }));
        var port = Gateway.FreePort();
        await using var hub = MeasuredProcess.Start(
            Path.Combine(peers, "mcp-hub"), ["--port", $"{port}", "--config", configuration], inlineSockets: false, ("HOME", folder), ("XDG_STATE_HOME", folder));
        var address = new Uri($"http://127.0.0.1:{port}/mcp");

        // It says so when its upstreams are connected; what it writes after that must be read for ever, or it stands still.
        while (await hub.Output.ReadLineAsync() is { } line && !line.Contains("servers started", StringComparison.Ordinal))
        {
        }

        _ = hub.Output.ReadToEndAsync();
        await MeasureAsync("HTTP server on HTTP+SSE", [
            new LoadTarget("gateway", gateway.Process, new Uri(ours.AbsoluteUri[..^"mcp".Length] + "sse"), Messages.LegacyCall, authorization) { HttpSse = true },
            new LoadTarget("mcp-hub 4.2.1", hub, address, Messages.LegacyCall.Replace("tool-3", "stub__tool-3", StringComparison.Ordinal), "") { HttpSse = true },
        ]);
    }

    private static Task MeasureAsync(string job, IReadOnlyList<LoadTarget> targets) => Bench.CompareAsync(
        targets, Connections, s_warmUp, s_duration, (target, figures, all) => new
        {
            measure = "npm",
            job,
            what = target.What,
            cpu_to_gateway = Math.Round(figures.ProcessorMicroseconds / all[0].ProcessorMicroseconds, 1),
        });
}

using McpGateway.Load.Measuring;
using McpGateway.Load.Peers;

namespace McpGateway.Load.Scenarios;

/// <summary>
/// The same calls through everything that can carry them, in turns: the stub directly, nginx, the floor of our stack, the gateway with a
/// token, and the gateway without. Payloads at 64 connections, connections with the smallest payload.
/// </summary>
internal static class CallsScenario
{
    // As many as connections, and fewer of one principal than a node keeps of one.
    private const int Sessions = 512;
    private const int SessionsPerToken = 64;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);
    // Short and many: the machine's pace changes within a minute, and a slow moment shall not be the median of one target alone.
    private const int Rounds = 7;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(1);

    // The first seconds of a .NET process belong to its compiler.
    private static readonly TimeSpan s_firstWarmUp = TimeSpan.FromSeconds(8);

    private static readonly Load[] s_loads =
    [
        new("json", 100, 1), new("json", 100, 16), new("json", 100, 64), new("json", 100, 512), new("json", 2048, 64), new("json", 65536, 64),
        new("sse", 100, 64), new("sse", 2048, 64), new("sse", 65536, 64),
    ];

    /// <summary>One load of each generation: for who changes the hot path and wants to know within a minute.</summary>
    public static Task RunQuicklyAsync(Surroundings bench) => RunAsync(bench, [new Load("json", 100, 64)]);

    public static Task RunAsync(Surroundings bench) => RunAsync(bench, s_loads);

    private static async Task RunAsync(Surroundings bench, Load[] loads)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, Sessions / SessionsPerToken).Select(number => gateway.AuthorizeAsync($"bench {number}")));
        await using var floor = MeasuredProcess.StartRole("floor", bench.StubAddress);
        var floorAddress = $"http://127.0.0.1:{await floor.Output.ReadLineAsync()}";
        await using var nginx = await Nginx.StartAsync(bench.StubAddress);

        var warm = false;
        foreach (var era in new[] { "legacy", "modern" })
        {
            var message = era == "legacy" ? Messages.LegacyCall : Messages.ModernCall;
            foreach (var group in loads.GroupBy(static load => (load.Form, load.Bytes)))
            {
                var path = $"/{era}/{group.Key.Form}-{group.Key.Bytes}/5";
                var upstream = await gateway.RegisterAsync(path.Replace('/', ' '), bench.StubAddress + path);
                var withToken = await gateway.ComposeAsync(path, upstream);
                var bare = await gateway.ComposeAsync($"{path} bare", anonymous: true, upstream);
                var headers = era == "legacy" ? Messages.StubSession : Messages.ModernHeaders;
                LoadTarget[] targets =
                [
                    new("direct", bench.Stub, bench.At(path), message, headers),
                    .. nginx is null ? [] : new[] { new LoadTarget("nginx", nginx.Process, new Uri(nginx.Address, path), message, headers) },
                    new("floor", floor, new Uri(floorAddress + path), message, headers),
                    new("gateway", gateway.Process, withToken, message, era == "legacy" ? await OpenAsync(withToken, tokens) : [tokens[0] + headers]),
                    new("gateway, public", gateway.Process, bare, message, era == "legacy" ? await OpenAsync(bare, [""]) : [headers]),
                ];
                foreach (var target in targets)
                {
                    await LoadRun.RunAsync(target, 64, warm ? s_warmUp : s_firstWarmUp);
                }

                warm = true;
                foreach (var load in group)
                {
                    Say(era, load, targets, await Turns.MeasureAsync(targets, load.Connections, s_duration, Rounds));
                }
            }
        }
    }

    /// <summary>Sessions for the connections: clients do not share one.</summary>
    public static async Task<string[]> OpenAsync(Uri server, string[] authorizations)
    {
        var sessions = new string[authorizations.Length * SessionsPerToken];
        for (var number = 0; number < sessions.Length; number++)
        {
            sessions[number] = await Messages.OpenAsync(server, authorizations[number / SessionsPerToken]);
        }

        return sessions;
    }

    private static void Say(string era, Load load, LoadTarget[] targets, IReadOnlyList<LoadFigures> figures)
    {
        var nginx = figures.ElementAtOrDefault(Array.FindIndex(targets, static target => target.What == "nginx"));
        var floor = figures[Array.FindIndex(targets, static target => target.What == "floor")];
        foreach (var (target, figure) in targets.Zip(figures))
        {
            Bench.Say(new
            {
                measure = "calls",
                client = era,
                answer = load.Form,
                bytes = load.Bytes,
                connections = load.Connections,
                what = target.What,
                rounds = Rounds,
                per_second = Math.Round(figure.PerSecond),
                cpu_us_per_call = Math.Round(figure.ProcessorMicroseconds, 1),
                cpu_above_floor_us = Math.Round(figure.ProcessorMicroseconds - floor.ProcessorMicroseconds, 1),
                cpu_to_nginx = Ratio(figure.ProcessorMicroseconds, nginx?.ProcessorMicroseconds),
                median_ms = Math.Round(figure.MedianMs, 3),
                p99_ms = Math.Round(figure.P99Ms, 3),
                p99_to_nginx = Ratio(figure.P99Ms, nginx?.P99Ms),
            });
        }
    }

    private static double? Ratio(double value, double? nginx) => nginx is { } other ? Math.Round(value / other, 2) : null;

    private sealed record Load(string Form, int Bytes, int Connections);
}

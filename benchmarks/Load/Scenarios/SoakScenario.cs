using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>Ten minutes of full load by both generations of clients; memory every minute.</summary>
internal static class SoakScenario
{
    private const int Minutes = 10;
    private const int Connections = 64;

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var authorization = await gateway.AuthorizeAsync();
        var legacy = await gateway.ComposeAsync("legacy", await gateway.RegisterAsync("legacy", bench.StubAddress + "/legacy/sse-2048/5"));
        var modern = await gateway.ComposeAsync("modern", await gateway.RegisterAsync("modern", bench.StubAddress + "/modern/json-2048/5"));
        LoadTarget[] targets =
        [
            new("legacy client", gateway.Process, legacy, Messages.LegacyCall, await Messages.OpenAsync(legacy, authorization)),
            new("modern client", gateway.Process, modern, Messages.ModernCall, authorization + Messages.ModernHeaders),
        ];
        var allocated = await AllocatedAsync(gateway);
        for (var minute = 1; minute <= Minutes; minute++)
        {
            var figures = await Task.WhenAll(targets.Select(static target => LoadRun.RunAsync(target, Connections / 2, TimeSpan.FromMinutes(1))));
            var rate = figures.Sum(static figure => figure.PerSecond);
            var (heap, now) = (await gateway.ReadMetricAsync("dotnet_gc_last_collection_heap_size_bytes"), await AllocatedAsync(gateway));
            Bench.Say(new
            {
                measure = "soak",
                minute,
                connections = Connections,
                per_second = Math.Round(rate),
                p99_ms = Math.Round(figures.Max(static figure => figure.P99Ms), 2),
                resident_mb = Math.Round(gateway.Process.ResidentMegabytes().All, 1),
                heap_after_gc_mb = Math.Round(heap / 1e6, 1),
                allocated_mb_per_second = Math.Round((now - allocated) / 60e6, 1),
                allocated_bytes_per_call = Math.Round((now - allocated) / (rate * 60)),
            });
            allocated = now;
        }
    }

    private static Task<double> AllocatedAsync(Gateway gateway) => gateway.ReadMetricAsync("dotnet_gc_heap_total_allocated_bytes_total");
}

using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>Memory of an idle gateway that knows 1,000 tools.</summary>
internal static class MemoryScenario
{
    // What only the start needed is given back after some seconds; then nothing happens any more.
    private static readonly TimeSpan s_untilIdle = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using (var first = await Gateway.StartAsync(bench.Program, data.Path))
        {
            await first.SignInAsync();
            await first.ComposeAsync("thousand", await first.RegisterAsync("stub", bench.StubAddress + "/legacy/1000"));
            await SayAsync("registering them", first);
        }

        await using var second = await Gateway.StartAsync(bench.Program, data.Path);
        await SayAsync("a start with them", second);
    }

    // The pages of files, such as the runtime's, count in every process that maps them: here also in this one and the stub.
    private static async Task SayAsync(string after, Gateway gateway)
    {
        await Task.Delay(s_untilIdle);
        var (all, ofFiles) = gateway.Process.ResidentMegabytes();
        Bench.Say(new { measure = "idle_memory", tools = 1000, after, resident_mb = Math.Round(all, 1), of_it_pages_of_files_mb = Math.Round(ofFiles, 1) });
    }
}

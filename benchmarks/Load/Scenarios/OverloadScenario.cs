using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>
/// What is left of the gateway under three times the load that saturates it, and of one upstream's calls while another upstream is slow and
/// flooded.
/// </summary>
internal static class OverloadScenario
{
    private const int Saturating = 64;
    private const int Rude = 16;
    private const int Beside = 16;
    private const int Flood = 1_200;
    private const int Rounds = 7;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var headers = await gateway.AuthorizeAsync() + Messages.ModernHeaders;
        var open = await TargetAsync("usual limits", "/modern/json-100/5", maxConcurrency: 0);
        var limited = await TargetAsync($"at most {Saturating} at once", "/modern/json-100/6", Saturating);
        var slow = await TargetAsync("slow", "/modern/slow-500/5", maxConcurrency: 0);
        await LoadRun.RunAsync(open, Saturating, s_warmUp);

        foreach (var target in new[] { open, limited })
        {
            await MeasureCrowdAsync(target);
        }

        await MeasureBesideAsync(open, slow);

        async Task<LoadTarget> TargetAsync(string what, string path, int maxConcurrency)
        {
            var upstream = await gateway.RegisterAsync(what, bench.StubAddress + path, maxConcurrency: maxConcurrency);
            return new LoadTarget(what, gateway.Process, await gateway.ComposeAsync(what, upstream), Messages.ModernCall, headers);
        }
    }

    /// <summary>The same in turns, so that what else the machine does meets both.</summary>
    private static async Task MeasureCrowdAsync(LoadTarget target)
    {
        var (peaks, crowds, mobs) = (new List<CrowdFigures>(), new List<CrowdFigures>(), new List<CrowdFigures>());
        for (var round = 0; round < Rounds; round++)
        {
            peaks.Add(await CrowdRun.RunAsync(target, Saturating, rude: 0, s_duration));
            crowds.Add(await CrowdRun.RunAsync(target, 3 * Saturating, Rude, s_duration));
            mobs.Add(await CrowdRun.RunAsync(target, polite: 0, (3 * Saturating) + Rude, s_duration));
        }

        var peak = Median(peaks);
        foreach (var (what, connections, figures) in new[]
        {
            ("saturated", Saturating, peak),
            ("3 x saturated", (3 * Saturating) + Rude, Median(crowds)),
            ("3 x saturated, nobody waits when told to", (3 * Saturating) + Rude, Median(mobs)),
        })
        {
            Bench.Say(new
            {
                measure = "overload",
                upstream = target.What,
                what,
                connections,
                rounds = Rounds,
                per_second = Math.Round(figures.PerSecond),
                of_peak = Math.Round(figures.PerSecond / peak.PerSecond, 2),
                refused_per_second = Math.Round(figures.RefusedPerSecond),
                median_ms = Math.Round(figures.MedianMs, 2),
                p99_ms = Math.Round(figures.P99Ms, 2),
                most_resident_mb = Math.Round(figures.MostMegabytes, 1),
            });
        }
    }

    private static async Task MeasureBesideAsync(LoadTarget fast, LoadTarget slow)
    {
        var (alone, beside, floods) = (new List<CrowdFigures>(), new List<CrowdFigures>(), new List<CrowdFigures>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await CrowdRun.RunAsync(fast, Beside, rude: 0, s_duration));
            var flood = CrowdRun.RunAsync(slow, Flood, rude: 0, s_duration * 2);
            await Task.Delay(s_duration / 2);
            beside.Add(await CrowdRun.RunAsync(fast, Beside, rude: 0, s_duration));
            floods.Add(await flood);
        }

        foreach (var (what, connections, figures) in new[]
        {
            ("fast upstream alone", Beside, Median(alone)), ("fast upstream beside the flood", Beside, Median(beside)), ("slow upstream, flooded", Flood, Median(floods)),
        })
        {
            Bench.Say(new
            {
                measure = "isolation",
                what,
                connections,
                rounds = Rounds,
                per_second = Math.Round(figures.PerSecond),
                refused_per_second = Math.Round(figures.RefusedPerSecond),
                median_ms = Math.Round(figures.MedianMs, 2),
                p99_ms = Math.Round(figures.P99Ms, 2),
                most_resident_mb = Math.Round(figures.MostMegabytes, 1),
            });
        }
    }

    private static CrowdFigures Median(List<CrowdFigures> runs) => new(
        Median(runs, static run => run.PerSecond),
        Median(runs, static run => run.RefusedPerSecond),
        Median(runs, static run => run.MedianMs),
        Median(runs, static run => run.P99Ms),
        runs.Max(static run => run.MostMegabytes));

    private static double Median(List<CrowdFigures> runs, Func<CrowdFigures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
}

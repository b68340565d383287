using System.Text.Json;
using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>All that can be measured. Every figure is one line of JSON on standard output; what is going on is said on standard error.</summary>
internal static class Bench
{
    private static readonly Scenario[] s_scenarios =
    [
        new("start", bench => StartScenario.RunAsync(bench.Program)),
        new("memory", MemoryScenario.RunAsync),
        new("sessions", SessionsScenario.RunAsync),
        new("calls", CallsScenario.RunAsync),
        new("flat", FlatScenario.RunAsync),
        new("lists", ListsScenario.RunAsync),
        new("npm", NpmScenario.RunAsync),
        new("idle", IdleScenario.RunAsync),
        new("overload", OverloadScenario.RunAsync),
        new("quick", CallsScenario.RunQuicklyAsync) { OnlyByName = true },
        new("beside", BesideScenario.RunAsync) { OnlyByName = true },
        new("soak", SoakScenario.RunAsync) { OnlyByName = true },
    ];

    public static async Task<int> RunAsync(string program, string[] chosen)
    {
        if (chosen.Except(s_scenarios.Select(static scenario => scenario.Name), StringComparer.Ordinal).ToArray() is [_, ..] unknown)
        {
            await Console.Error.WriteLineAsync($"There is no scenario {string.Join(", ", unknown)}; there are {string.Join(", ", s_scenarios.Select(static scenario => scenario.Name))}.");
            return 2;
        }

        await using var stub = MeasuredProcess.StartRole("stub");
        var surroundings = new Surroundings(program, stub, $"http://127.0.0.1:{await stub.Output.ReadLineAsync()}");
        foreach (var scenario in s_scenarios.Where(scenario => chosen.Length == 0 ? !scenario.OnlyByName : chosen.Contains(scenario.Name, StringComparer.Ordinal)))
        {
            await Console.Error.WriteLineAsync($"{scenario.Name} ...");
            await scenario.RunAsync(surroundings);
        }

        return 0;
    }

    public static void Say(object figures) => Console.WriteLine(JsonSerializer.Serialize(figures));

    /// <summary>Measures targets in turns, once they are warm, and says a line of each.</summary>
    /// <param name="rounds">More and shorter ones where targets are compared with each other: the machine's pace changes within a minute.</param>
    /// <param name="describe">What the line says beside the figures, of which it is given the target's own and everybody's.</param>
    public static async Task CompareAsync(
        IReadOnlyList<LoadTarget> targets, int connections, TimeSpan warmUp, TimeSpan duration,
        Func<LoadTarget, LoadFigures, IReadOnlyList<LoadFigures>, object> describe, int rounds = Turns.UsualRounds)
    {
        foreach (var target in targets)
        {
            await LoadRun.RunAsync(target, connections, warmUp);
        }

        var all = await Turns.MeasureAsync(targets, connections, duration, rounds);
        foreach (var (target, figures) in targets.Zip(all))
        {
            var line = JsonSerializer.SerializeToNode(describe(target, figures, all))!.AsObject();
            line["connections"] = connections;
            line["rounds"] = rounds;
            line["per_second"] = Math.Round(figures.PerSecond);
            line["cpu_us_per_call"] = Math.Round(figures.ProcessorMicroseconds, 1);
            line["median_ms"] = Math.Round(figures.MedianMs, 3);
            line["p99_ms"] = Math.Round(figures.P99Ms, 3);
            Console.WriteLine(line.ToJsonString());
        }
    }

    private sealed record Scenario(string Name, Func<Surroundings, Task> RunAsync)
    {
        public bool OnlyByName { get; init; }
    }
}

/// <summary>What every scenario is given.</summary>
/// <param name="Program">The gateway as run.sh publishes it.</param>
/// <param name="StubAddress">Where the stub upstream listens.</param>
internal sealed record Surroundings(string Program, MeasuredProcess Stub, string StubAddress)
{
    public Uri At(string path) => new(StubAddress + path);
}

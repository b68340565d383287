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

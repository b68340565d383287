namespace McpGateway.Load;

/// <summary>
/// The gateway beside the least that its stack can do, in turns: the same stub, the same messages, so that what else the machine does
/// meets both. The difference of processor time is the gateway's own.
/// </summary>
internal static class FloorScenario
{
    private const int Rounds = 5;

    public static async Task RunAsync(IReadOnlyList<LoadTarget> targets, int connections, TimeSpan warmUp, TimeSpan duration, Action<object> say)
    {
        foreach (var target in targets)
        {
            await LoadRun.RunAsync(target.Address, target.Message, target.Headers, connections, warmUp);
        }

        var costs = targets.ToDictionary(target => target, _ => new List<double>());
        var rates = targets.ToDictionary(target => target, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // Forwards and backwards, so that nobody always comes after the same one.
            foreach (var target in round % 2 == 0 ? targets : targets.Reverse())
            {
                var before = target.Process.ProcessorTime();
                var load = await LoadRun.RunAsync(target.Address, target.Message, target.Headers, connections, duration);
                costs[target].Add((target.Process.ProcessorTime() - before).TotalMicroseconds / load.Calls);
                rates[target].Add(load.PerSecond);
            }
        }

        var floor = Median(costs[targets[0]]);
        foreach (var target in targets)
        {
            var cost = Median(costs[target]);
            say(new
            {
                measure = "floor",
                what = target.What,
                connections,
                rounds = Rounds,
                cpu_us_per_call = Math.Round(cost, 1),
                above_floor_us = Math.Round(cost - floor, 1),
                per_second = Math.Round(Median(rates[target])),
            });
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>Something that answers calls, and the process whose work that is.</summary>
internal sealed record LoadTarget(string What, MeasuredProcess Process, Uri Address, string Message, string Headers);

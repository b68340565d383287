using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>From the start of the process to the first 200 of <c>/ready</c>.</summary>
internal static class StartScenario
{
    private const int Starts = 5;

    public static async Task RunAsync(string program)
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

        Bench.Say(new { measure = "ready", runs = Starts, first_start_ms = Median(fresh), later_start_ms = Median(again), worst_ms = Math.Round(fresh.Concat(again).Max(), 1) });
    }

    private static double Median(List<double> values) => Math.Round(values.Order().ElementAt(values.Count / 2), 1);
}

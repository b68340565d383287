namespace McpGateway.Load.Measuring;

/// <summary>
/// Several targets under the same load, one after the other and in several rounds, so that what else the machine does meets all of them; of
/// the rounds the medians count.
/// </summary>
internal static class Turns
{
    public const int UsualRounds = 3;

    public static async Task<IReadOnlyList<LoadFigures>> MeasureAsync(IReadOnlyList<LoadTarget> targets, int connections, TimeSpan duration, int rounds = UsualRounds)
    {
        var figures = targets.Select(static _ => new List<LoadFigures>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            // Forwards and backwards, so that nobody always comes after the same one.
            for (var turn = 0; turn < targets.Count; turn++)
            {
                var index = round % 2 == 0 ? turn : targets.Count - 1 - turn;
                figures[index].Add(await LoadRun.RunAsync(targets[index], connections, duration));
            }
        }

        return [.. figures.Select(static runs => new LoadFigures(
            Median(runs, static run => run.PerSecond),
            Median(runs, static run => run.ProcessorMicroseconds),
            Median(runs, static run => run.MedianMs),
            Median(runs, static run => run.P99Ms)))];
    }

    private static double Median(List<LoadFigures> runs, Func<LoadFigures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
}

using System.Globalization;
using System.Text;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>A table with a row for each scenario of a run.</summary>
internal static class ScenarioTable
{
    public static string Write(string run, IEnumerable<Scenario> scenarios)
    {
        var table = new StringBuilder("| scenario | through the gateway | checks passed | failed | why |\n|---|---|---|---|---|\n");
        foreach (var scenario in scenarios)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {scenario.Name} | {(scenario.IsGreen ? "passes" : "does not pass")} ")
                .Append(CultureInfo.InvariantCulture, $"| {scenario.Passed} | {scenario.Faults.Count} ")
                .Append(CultureInfo.InvariantCulture, $"| {(scenario.IsGreen ? "" : Reasons.Find(run, scenario.Name))} |\n");
        }

        return table.ToString();
    }

    /// <summary>The scenarios that a table says pass.</summary>
    public static IEnumerable<string> ReadGreen(string table) => table.Split('\n')
        .Select(static row => row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(static cells => cells.Length > 1 && cells[1] == "passes")
        .Select(static cells => cells[0]);
}

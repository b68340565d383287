using System.Text;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The table of one run: a row for each scenario, with one frontend and with two.</summary>
internal static class ScenarioTable
{
    private const string Passes = "passes";

    public static string Write(string run, IReadOnlyList<Scenario> one, IReadOnlyList<Scenario> two)
    {
        var table = new StringBuilder("| scenario | one frontend | two frontends | why not |\n|---|---|---|---|\n");
        foreach (var (scenario, other) in one.Join(two, static scenario => scenario.Name, static other => other.Name, static (scenario, other) => (scenario, other)))
        {
            var reason = scenario.IsGreen && other.IsGreen ? "" : Reasons.Find(GreenList.NameOf(run, scenario.IsGreen ? 2 : 1), scenario.Name);
            table.Append("| ").AppendJoin(" | ", scenario.Name, Outcome(scenario), Outcome(other), reason).Append(" |\n");
        }

        return table.ToString();
    }

    /// <summary>The scenarios that a table says pass with so many frontends.</summary>
    public static IEnumerable<string> ReadGreen(string table, int frontends) => table.Split('\n')
        .Select(static row => row.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length > frontends + 1 && cells[frontends + 1] == Passes)
        .Select(static cells => cells[1]);

    private static string Outcome(Scenario scenario) => scenario.IsGreen ? Passes : "does not pass";
}

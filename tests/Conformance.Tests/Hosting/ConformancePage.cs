using System.Globalization;
using System.Text;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The tables of <c>docs/CONFORMANCE.md</c>, one for each run of the suite, which the run writes.</summary>
internal static class ConformancePage
{
    private const string Passes = "passes";

    private static readonly string s_path = Path.Combine(Repository.Root, "docs", "CONFORMANCE.md");

    /// <summary>The scenarios that the page says pass.</summary>
    public static IReadOnlySet<string> ReadGreen(string run)
    {
        var page = File.ReadAllText(s_path);
        var (start, end) = Find(page, run);
        return page[start..end].Split('\n')
            .Select(static row => row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(static cells => cells.Length > 1 && cells[1] == Passes)
            .Select(static cells => cells[0])
            .ToHashSet(StringComparer.Ordinal);
    }

    public static void Write(string run, IEnumerable<Scenario> scenarios)
    {
        var table = new StringBuilder("| scenario | through the gateway | checks passed | failed | why |\n|---|---|---|---|---|\n");
        foreach (var scenario in scenarios)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {scenario.Name} | {(scenario.IsGreen ? Passes : "does not pass")} | {scenario.Passed} | {scenario.Faults.Count} | {(scenario.IsGreen ? "" : Reasons.Find(run, scenario.Name))} |\n");
        }

        var page = File.ReadAllText(s_path);
        var (start, end) = Find(page, run);
        File.WriteAllText(s_path, $"{page[..start]}{table}{page[end..]}");
    }

    private static (int Start, int End) Find(string page, string run)
    {
        var opening = $"<!-- run {run} -->\n";
        var start = page.IndexOf(opening, StringComparison.Ordinal);
        var end = page.IndexOf("<!-- end -->", Math.Max(start, 0), StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, $"{s_path} has no place for {run}");
        end.ShouldBeGreaterThan(start);
        return (start + opening.Length, end);
    }
}

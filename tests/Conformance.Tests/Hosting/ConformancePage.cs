using System.Globalization;
using System.Text;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The tables of <c>docs/CONFORMANCE.md</c>, one for each revision, which a run writes.</summary>
internal static class ConformancePage
{
    private const string Passes = "passes";

    private static readonly string s_path = Path.Combine(Repository.Root, "docs", "CONFORMANCE.md");

    /// <summary>The scenarios that the page says pass.</summary>
    public static IReadOnlySet<string> ReadGreen(string revision)
    {
        var page = File.ReadAllText(s_path);
        var (start, end) = Find(page, revision);
        return page[start..end].Split('\n')
            .Select(static row => row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(static cells => cells.Length > 1 && cells[1] == Passes)
            .Select(static cells => cells[0])
            .ToHashSet(StringComparer.Ordinal);
    }

    public static void Write(string revision, IEnumerable<Scenario> scenarios)
    {
        var table = new StringBuilder("| scenario | through the gateway | checks passed | failed |\n|---|---|---|---|\n");
        foreach (var scenario in scenarios)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {scenario.Name} | {(scenario.IsGreen ? Passes : "not yet")} | {scenario.Passed} | {scenario.Faults.Count} |\n");
        }

        var page = File.ReadAllText(s_path);
        var (start, end) = Find(page, revision);
        File.WriteAllText(s_path, $"{page[..start]}{table}{page[end..]}");
    }

    private static (int Start, int End) Find(string page, string revision)
    {
        var opening = $"<!-- run {revision} -->\n";
        var start = page.IndexOf(opening, StringComparison.Ordinal);
        var end = page.IndexOf("<!-- end -->", Math.Max(start, 0), StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, $"{s_path} has no place for {revision}");
        end.ShouldBeGreaterThan(start);
        return (start + opening.Length, end);
    }
}

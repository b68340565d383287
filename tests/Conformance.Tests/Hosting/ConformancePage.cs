using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The tables of <c>docs/CONFORMANCE.md</c>, one for each run, which the run writes.</summary>
internal static class ConformancePage
{
    private static readonly Lock s_writing = new();
    private static readonly string s_path = Path.Combine(Repository.Root, "docs", "CONFORMANCE.md");

    public static string Read(string run)
    {
        var page = File.ReadAllText(s_path);
        var (start, end) = Find(page, run);
        return page[start..end];
    }

    /// <summary>Writes the table of a run, where that is asked for.</summary>
    public static void Record(string run, Func<string> write)
    {
        if (GreenList.IsWritten)
        {
            lock (s_writing)
            {
                var page = File.ReadAllText(s_path);
                var (start, end) = Find(page, run);
                File.WriteAllText(s_path, $"{page[..start]}{write()}{page[end..]}");
            }
        }
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

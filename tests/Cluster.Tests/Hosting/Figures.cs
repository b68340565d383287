using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>What the tests measure, one JSON line each, for docs/OPERATIONS.md.</summary>
internal static class Figures
{
    private static readonly Lock s_lock = new();

    public static void Write(string what, object figures)
    {
        var line = JsonSerializer.Serialize(new { what, figures });
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        lock (s_lock)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "TestResults"));
            File.AppendAllText(Path.Combine(folder.FullName, "cluster.jsonl"), line + "\n");
        }
    }

    /// <summary>The common figures of a load over an event.</summary>
    public static void Write(string what, Load load, WorkUpstream work, TimeSpan since) => Write(what, new
    {
        calls = load.Outcomes.Count,
        failed = load.Failures.Count,
        failing_seconds = Math.Round(load.FailingFor(since).TotalSeconds, 1),
        slowest_seconds = Math.Round(load.Outcomes.Max(static outcome => outcome.Took).TotalSeconds, 1),
        sessions_lost = load.SessionsLost,
        double_executions = work.DoneTwice.Count,
    });
}

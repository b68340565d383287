using System.Text.Json;
using System.Text.RegularExpressions;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>Runs the suite's server scenarios of one revision, and reads what it found.</summary>
internal static partial class ServerSuite
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Scenario>> RunAsync(string url, string revision)
    {
        var output = Directory.CreateTempSubdirectory("mcpg-conformance-");
        try
        {
            await using var suite = ChildProgram.Start(
                Kit.Node, [Kit.Suite, "server", "--url", url, "--requirements", revision, "--output-dir", output.FullName], folder: Kit.Folder);
            using var limit = new CancellationTokenSource(s_limit);
            while (await suite.Lines.WaitToReadAsync(limit.Token))
            {
                suite.Lines.TryRead(out _);
            }

            await suite.WaitForEndAsync();
            Scenario[] scenarios = [.. output.EnumerateDirectories().OrderBy(folder => folder.Name, StringComparer.Ordinal).Select(Read)];
            scenarios.ShouldNotBeEmpty(suite.Recent);
            return scenarios;
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static Scenario Read(DirectoryInfo folder)
    {
        using var checks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.FullName, "checks.json")));
        var passed = 0;
        var faults = new List<string>();
        foreach (var check in checks.RootElement.EnumerateArray())
        {
            var status = check.GetProperty("status").GetString();
            passed += status == "SUCCESS" ? 1 : 0;
            if (status is "FAILURE" or "WARNING")
            {
                faults.Add($"{check.GetProperty("id").GetString()}: {(check.TryGetProperty("errorMessage", out var message) ? message.GetString() : status)}");
            }
        }

        return new Scenario(FolderName().Match(folder.Name).Groups["scenario"].Value, passed, faults);
    }

    // server-SCENARIO-2026-07-28T01-02-03-456Z
    [GeneratedRegex(@"^server-(?<scenario>.+)-\d{4}-\d\d-\d\dT[\d-]+Z$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FolderName();
}

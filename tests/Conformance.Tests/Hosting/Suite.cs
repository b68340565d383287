using System.Text.Json;
using System.Text.RegularExpressions;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>Runs the protocol's suite, and reads what it found.</summary>
internal static partial class Suite
{
    /// <summary>Stands among the scenarios for the suite's own verdict: its exit code, which says that all that is scored passed.</summary>
    private const string Verdict = "(all that is scored)";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>All server scenarios of a revision against an endpoint.</summary>
    public static async Task<IReadOnlyList<Scenario>> RunServerAsync(string url, string revision)
    {
        var output = Directory.CreateTempSubdirectory("mcpg-conformance-");
        try
        {
            var (exitCode, said) = await RunAsync(["server", "--url", url, "--requirements", revision, "--output-dir", output.FullName]);
            Scenario[] scenarios = [.. output.EnumerateDirectories().OrderBy(folder => folder.Name, StringComparer.Ordinal).Select(Read)];
            scenarios.ShouldNotBeEmpty(said);
            return [new Scenario(Verdict, exitCode == 0 ? 1 : 0, exitCode == 0 ? [] : [$"exit code {exitCode}"]), .. scenarios];
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    /// <summary>The names of all client scenarios of a revision, also of those that are not scored, but those of authorization.</summary>
    public static async Task<IReadOnlyList<string>> ListClientAsync(string revision)
    {
        var (_, said) = await RunAsync(["list", "--requirements", revision]);
        var scored = ClientScenarios().Match(said).Groups["name"].Captures.Select(static name => name.Value);
        var unscored = UnscoredClientScenario().Matches(said).Select(static match => match.Groups["name"].Value);
        string[] names = [.. scored.Concat(unscored).Where(static name => !name.StartsWith("auth/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        names.ShouldNotBeEmpty(said);
        return names;
    }

    /// <summary>One client scenario: the suite's server is the upstream, and <c>client-driver.mjs</c> the client behind the gateway.</summary>
    /// <param name="token">An administrator's.</param>
    public static async Task<Scenario> RunClientAsync(string gateway, string token, string revision, string scenario)
    {
        var output = Directory.CreateTempSubdirectory("mcpg-conformance-");
        try
        {
            var (exitCode, said) = await RunAsync(
                ["client", "--command", $"{Kit.Node} {Kit.ClientDriver}", "--scenario", scenario, "--spec-version", revision, "--output-dir", output.FullName],
                [("GATEWAY_URL", gateway), ("GATEWAY_TOKEN", token)]);
            var found = Read(output.EnumerateDirectories().ShouldHaveSingleItem(said)) with { Name = scenario };
            // The suite also fails for a client that failed, whatever its checks say.
            return exitCode == 0 || !found.IsGreen ? found : found with { Faults = [said] };
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(string[] arguments, (string Name, string? Value)[]? environment = null)
    {
        await using var suite = ChildProgram.Start(Kit.Node, [Kit.Suite, .. arguments], environment, Kit.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        while (await suite.Lines.WaitToReadAsync(limit.Token))
        {
            suite.Lines.TryRead(out _);
        }

        var exitCode = await suite.WaitForEndAsync();
        return (exitCode, suite.Recent);
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

        return new Scenario(ServerFolder().Match(folder.Name).Groups["scenario"].Value, passed, faults);
    }

    // server-SCENARIO-2026-07-28T01-02-03-456Z
    [GeneratedRegex(@"^server-(?<scenario>.+)-\d{4}-\d\d-\d\dT[\d-]+Z$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServerFolder();

    [GeneratedRegex(@"^Client scenarios.*\n(\s+- (?<name>\S+)\n)+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientScenarios();

    [GeneratedRegex(@"^\s+- (?<name>\S+) \[client\]", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnscoredClientScenario();
}

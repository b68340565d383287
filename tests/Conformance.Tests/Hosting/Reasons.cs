namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>Why a scenario does not pass, in <c>tests/conformance/not-green.txt</c>: lines of <c>RUN SCENARIO reason</c>, where a scenario may end in <c>*</c>.</summary>
internal static class Reasons
{
    public static string Path { get; } = System.IO.Path.Combine(Kit.Folder, "not-green.txt");

    private static readonly Lazy<(string Run, string Scenario, string Reason)[]> s_all = new(static () =>
        [.. File.ReadLines(Path).Where(static line => line.Length > 0 && line[0] != '#').Select(Parse)]);

    public static string? Find(string run, string scenario) =>
        s_all.Value.FirstOrDefault(entry => entry.Run == run && Matches(entry.Scenario, scenario)).Reason;

    private static bool Matches(string pattern, string scenario) =>
        pattern.EndsWith('*') ? scenario.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == scenario;

    private static (string Run, string Scenario, string Reason) Parse(string line) =>
        line.Split(' ', 3, StringSplitOptions.TrimEntries) is [var run, var scenario, { Length: > 0 } reason]
            ? (run, scenario, reason)
            : throw new InvalidDataException($"{Path}: '{line}' is not RUN SCENARIO reason.");
}

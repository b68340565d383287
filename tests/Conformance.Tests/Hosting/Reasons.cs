using System.IO.Enumeration;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>Why a scenario does not pass, in <c>tests/conformance/not-green.txt</c>: lines of <c>LIST SCENARIO reason</c>, where <c>*</c> stands for anything.</summary>
internal static class Reasons
{
    public static string Path { get; } = System.IO.Path.Combine(Kit.Folder, "not-green.txt");

    private static readonly Lazy<(string List, string Scenario, string Reason)[]> s_all = new(static () =>
        [.. File.ReadLines(Path).Where(static line => line.Length > 0 && line[0] != '#').Select(Parse)]);

    public static string? Find(string list, string scenario) =>
        s_all.Value.FirstOrDefault(entry => FileSystemName.MatchesSimpleExpression(entry.List, list) && FileSystemName.MatchesSimpleExpression(entry.Scenario, scenario)).Reason;

    private static (string List, string Scenario, string Reason) Parse(string line) =>
        line.Split(' ', 3, StringSplitOptions.TrimEntries) is [var list, var scenario, { Length: > 0 } reason]
            ? (list, scenario, reason)
            : throw new InvalidDataException($"{Path}: '{line}' is not LIST SCENARIO reason.");
}

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The scenarios of one revision that pass, in <c>tests/conformance/green-REVISION.txt</c>: one that was green stays green.</summary>
internal static class GreenList
{
    /// <summary>Set to 1, a run writes the lists and the page anew instead of comparing.</summary>
    public static bool IsWritten => Environment.GetEnvironmentVariable("CONFORMANCE_WRITE") == "1";

    public static IReadOnlySet<string> Read(string revision) =>
        File.ReadLines(PathOf(revision)).Where(static line => line.Length > 0).ToHashSet(StringComparer.Ordinal);

    public static void Write(string revision, IEnumerable<Scenario> scenarios) =>
        File.WriteAllLines(PathOf(revision), scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name));

    private static string PathOf(string revision) => Path.Combine(Kit.Folder, $"green-{revision}.txt");
}

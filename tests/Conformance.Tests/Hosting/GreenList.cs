namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>
/// The scenarios of one run that pass, in <c>tests/conformance/green-RUN.txt</c>: one that was green stays green. What does not pass has its
/// reason in <c>not-green.txt</c>.
/// </summary>
internal static class GreenList
{
    private static readonly Lock s_writing = new();

    /// <summary>Set to 1, a run writes the lists and the page anew instead of comparing.</summary>
    private static bool IsWritten => Environment.GetEnvironmentVariable("CONFORMANCE_WRITE") == "1";

    public static IReadOnlySet<string> Read(string run) =>
        File.ReadLines(PathOf(run)).Where(static line => line.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>Fails when a scenario is not green that was, or one that never was has no reason; or writes both lists anew.</summary>
    /// <param name="write">Makes the table of the page; a row for each scenario when it is null.</param>
    public static void Keep(string run, IReadOnlyList<Scenario> scenarios, Func<IReadOnlyList<Scenario>, string>? write = null)
    {
        foreach (var scenario in scenarios.Where(static scenario => !scenario.IsGreen))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{scenario.Name}: {string.Join("\n  ", scenario.Faults.DefaultIfEmpty("nothing was checked"))}");
        }

        if (IsWritten)
        {
            lock (s_writing)
            {
                File.WriteAllLines(PathOf(run), scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name));
                ConformancePage.Write(run, write is null ? ScenarioTable.Write(run, scenarios) : write(scenarios));
            }
        }

        var recorded = Read(run);
        var green = scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in green.Except(recorded, StringComparer.Ordinal))
        {
            TestContext.Current.AddWarning($"{name} now passes in {run}: run with CONFORMANCE_WRITE=1 to record it.");
        }

        recorded.ShouldNotBeEmpty();
        recorded.Except(green, StringComparer.Ordinal).ShouldBeEmpty($"Scenarios of {run} that passed before:\n{string.Join('\n', Faults(scenarios, recorded))}");
        scenarios.Where(scenario => !scenario.IsGreen && Reasons.Find(run, scenario.Name) is null).Select(static scenario => scenario.Name)
            .ShouldBeEmpty($"Scenarios of {run} that do not pass and have no reason in {Reasons.Path}");
    }

    private static string PathOf(string run) => Path.Combine(Kit.Folder, $"green-{run}.txt");

    private static IEnumerable<string> Faults(IEnumerable<Scenario> scenarios, IReadOnlySet<string> recorded) =>
        from scenario in scenarios
        where !scenario.IsGreen && recorded.Contains(scenario.Name)
        from fault in scenario.Faults
        select $"{scenario.Name}: {fault}";
}

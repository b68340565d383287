namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>
/// The scenarios of one run that pass, in <c>tests/conformance/green-RUN.txt</c>: one that was green stays green. What does not pass has its
/// reason in <c>not-green.txt</c>.
/// </summary>
internal static class GreenList
{
    private const string Two = "-two";

    /// <summary>Set to 1, a run writes the lists and the page anew instead of comparing.</summary>
    public static bool IsWritten => Environment.GetEnvironmentVariable("CONFORMANCE_WRITE") == "1";

    /// <summary>The list of a run with so many frontends.</summary>
    public static string NameOf(string run, int frontends) => frontends == 1 ? run : run + Two;

    public static IReadOnlySet<string> Read(string list) =>
        File.ReadLines(PathOf(list)).Where(static line => line.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>Fails when a scenario is not green that was, or one that is not has no reason; or writes the list anew.</summary>
    public static void Keep(string list, IReadOnlyList<Scenario> scenarios)
    {
        foreach (var scenario in scenarios.Where(static scenario => !scenario.IsGreen))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{list}: {scenario.Name}: {string.Join("\n  ", scenario.Faults.DefaultIfEmpty("nothing was checked"))}");
        }

        if (IsWritten)
        {
            File.WriteAllLines(PathOf(list), scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name));
        }

        var recorded = Read(list);
        var green = scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in green.Except(recorded, StringComparer.Ordinal))
        {
            TestContext.Current.AddWarning($"{name} now passes in {list}: run with CONFORMANCE_WRITE=1 to record it.");
        }

        recorded.ShouldNotBeEmpty();
        recorded.Except(green, StringComparer.Ordinal).ShouldBeEmpty($"Scenarios of {list} that passed before:\n{string.Join('\n', Faults(scenarios, recorded))}");
        scenarios.Where(scenario => !scenario.IsGreen && Reasons.Find(list, scenario.Name) is null).Select(static scenario => scenario.Name)
            .ShouldBeEmpty($"Scenarios of {list} that do not pass and have no reason in {Reasons.Path}");
    }

    private static string PathOf(string list) => Path.Combine(Kit.Folder, $"green-{list}.txt");

    private static IEnumerable<string> Faults(IEnumerable<Scenario> scenarios, IReadOnlySet<string> recorded) =>
        from scenario in scenarios
        where !scenario.IsGreen && recorded.Contains(scenario.Name)
        from fault in scenario.Faults
        select $"{scenario.Name}: {fault}";
}

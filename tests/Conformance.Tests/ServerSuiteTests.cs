using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>The protocol's own suite against the gateway, which stands before the fixture that the suite expects.</summary>
public sealed class ServerSuiteTests
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task ServerSuite_ThroughTheGateway_KeepsWhatIsGreen(string revision)
    {
        await using var world = await ConformanceWorld.StartAsync();
        var scenarios = await ServerSuite.RunAsync(world.Url, revision);
        foreach (var scenario in scenarios.Where(static scenario => !scenario.IsGreen))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{scenario.Name}: {string.Join("\n  ", scenario.Faults.DefaultIfEmpty("nothing was checked"))}");
        }

        if (GreenList.IsWritten)
        {
            GreenList.Write(revision, scenarios);
            ConformancePage.Write(revision, scenarios);
        }

        var recorded = GreenList.Read(revision);
        var green = scenarios.Where(static scenario => scenario.IsGreen).Select(static scenario => scenario.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in green.Except(recorded, StringComparer.Ordinal))
        {
            TestContext.Current.AddWarning($"{name} now passes for {revision}: run with CONFORMANCE_WRITE=1 to record it.");
        }

        recorded.ShouldNotBeEmpty();
        recorded.Except(green, StringComparer.Ordinal).ShouldBeEmpty($"Scenarios of {revision} that passed before:\n{string.Join('\n', Faults(scenarios, recorded))}");
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public void Page_OfConformance_SaysWhatIsRecorded(string revision) =>
        ConformancePage.ReadGreen(revision).Order(StringComparer.Ordinal).ShouldBe(GreenList.Read(revision).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Faults(IEnumerable<Scenario> scenarios, IReadOnlySet<string> recorded) =>
        from scenario in scenarios
        where !scenario.IsGreen && recorded.Contains(scenario.Name)
        from fault in scenario.Faults
        select $"{scenario.Name}: {fault}";
}

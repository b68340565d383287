using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>What people read is what the tests hold.</summary>
public sealed class ConformancePageTests
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25-modern")]
    [InlineData("2026-07-28-modern")]
    [InlineData("2025-11-25-legacy")]
    [InlineData("2026-07-28-legacy")]
    [InlineData("client-2025-11-25")]
    [InlineData("client-2026-07-28")]
    public void Page_OfConformance_SaysWhatIsRecorded(string run) =>
        ScenarioTable.ReadGreen(ConformancePage.Read(run)).Order(StringComparer.Ordinal).ShouldBe(GreenList.Read(run).Order(StringComparer.Ordinal));

    [Fact]
    public void Page_OfRevisions_SaysWhatIsRecorded() =>
        ConformancePage.Read(RevisionTableTests.Run).ShouldBe(RevisionTable.Write([.. GreenList.Read(RevisionTableTests.Run).Select(static name => new Scenario(name, 1, []))]));
}

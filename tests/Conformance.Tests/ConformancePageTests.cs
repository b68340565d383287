using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>What people read is what the tests hold.</summary>
public sealed class ConformancePageTests
{
    public static MatrixTheoryData<string, int> Runs { get; } = new(
        [
            "2025-11-25", "2026-07-28", "2025-11-25-modern", "2026-07-28-modern", "2025-11-25-legacy", "2026-07-28-legacy",
            "client-2025-11-25", "client-2026-07-28",
        ],
        [1, 2]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void Page_OfARun_SaysWhatIsRecorded(string run, int frontends) =>
        ScenarioTable.ReadGreen(ConformancePage.Read(run), frontends).Order(StringComparer.Ordinal)
            .ShouldBe(GreenList.Read(GreenList.NameOf(run, frontends)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Page_OfRevisions_SaysWhatIsRecorded(int frontends)
    {
        var list = GreenList.NameOf(RevisionTableTests.Run, frontends);

        ConformancePage.Read(list).ShouldBe(RevisionTable.Write([.. GreenList.Read(list).Select(static name => new Scenario(name, 1, []))]));
    }
}

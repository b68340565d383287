using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>The protocol's own suite against the gateway, which stands before the fixture that the suite expects, of each generation.</summary>
public sealed class ServerSuiteTests
{
    [Theory]
    [InlineData("2025-11-25", "dual")]
    [InlineData("2026-07-28", "dual")]
    [InlineData("2025-11-25", "modern")]
    [InlineData("2026-07-28", "modern")]
    [InlineData("2025-11-25", "legacy")]
    [InlineData("2026-07-28", "legacy")]
    public async Task ServerSuite_ThroughTheGateway_KeepsWhatIsGreen(string revision, string era)
    {
        var run = era == "dual" ? revision : $"{revision}-{era}";

        var one = await RunAsync(revision, era, frontends: 1);
        var two = await RunAsync(revision, era, frontends: 2);

        ConformancePage.Record(run, () => ScenarioTable.Write(run, one, two));
        GreenList.Keep(GreenList.NameOf(run, 1), one);
        GreenList.Keep(GreenList.NameOf(run, 2), two);
    }

    private static async Task<IReadOnlyList<Scenario>> RunAsync(string revision, string era, int frontends)
    {
        await using var world = await ConformanceWorld.StartAsync(era, frontends);
        return await Suite.RunServerAsync(world.Url, revision);
    }
}

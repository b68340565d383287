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
        await using var world = await ConformanceWorld.StartAsync(era);

        var scenarios = await Suite.RunServerAsync(world.Url, revision);

        GreenList.Keep(era == "dual" ? revision : $"{revision}-{era}", scenarios);
    }
}

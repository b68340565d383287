using System.Net;
using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>What modern clients must not notice: that the upstream is of the older generation, which answers errors with 200.</summary>
public sealed class LegacyUpstreamTests
{
    [Fact]
    public async Task MissingCapability_OfALegacyUpstream_IsABadRequestToModernClientsOnly()
    {
        await using var world = await ConformanceWorld.StartAsync("legacy");
        var legacy = world.Mcp;
        await legacy.InitializeAsync();

        var modernAnswer = await world.Mcp.ModernCallAsync("test_missing_capability");
        var legacyAnswer = await legacy.CallAsync("test_missing_capability");

        modernAnswer.Status.ShouldBe(HttpStatusCode.BadRequest, modernAnswer.Body);
        modernAnswer.ErrorCode.ShouldBe(-32021);
        modernAnswer.Error.GetProperty("data").GetProperty("requiredCapabilities").GetRawText().ShouldBe("""{"sampling":{}}""");
        legacyAnswer.Status.ShouldBe(HttpStatusCode.OK, legacyAnswer.Body);
    }
}

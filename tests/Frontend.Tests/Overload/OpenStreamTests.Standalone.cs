using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Overload;

public sealed class OpenStreamTests
{
    [Theory]
    [InlineData("Mcp:MaxStreamsPerPrincipal", 429, -31004)]
    [InlineData("Mcp:MaxStreams", 503, -31005)]
    public async Task Stream_ThatIsTooMany_IsRefusedUntilAnotherEnds(string limit, int status, int code)
    {
        await using var world = await BridgeWorld.StartAsync(
            [(limit, "2")], static (name, upstream) => new { name, url = upstream.Url, drift_policy = "observe" }, static (FakeUpstream _) => { });
        var open = world.Gateway.Services.GetRequiredService<OpenStreams>();
        var first = await GetAsync(world, await world.OpenAsync("2025-11-25"));
        using var second = await world.SendAsync(HttpMethod.Get, $"/servers/{world.ServerId}/sse", body: null);
        ((int)first.StatusCode, (int)second.StatusCode).ShouldBe((200, 200));

        var session = await world.OpenAsync("2025-11-25");
        using var refused = await GetAsync(world, session);

        ((int)refused.StatusCode).ShouldBe(status);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        (await refused.Content.ReadAsStringAsync()).ShouldContain($"\"code\":{code}");
        first.Dispose();
        await Eventually.TrueAsync(() => open.Count == 1, "the first stream has ended");
        using var accepted = await GetAsync(world, session);
        ((int)accepted.StatusCode).ShouldBe(200);
    }

    private static Task<HttpResponseMessage> GetAsync(BridgeWorld world, string session) =>
        world.SendAsync(HttpMethod.Get, $"/servers/{world.ServerId}/mcp", body: null, ("Mcp-Session-Id", session)).Soon();
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>A gateway in use: some servers, one of them down, two virtual servers, a few calls.</summary>
internal static class SampleWorld
{
    public static GatewayWorld Create()
    {
        var now = TimeProvider.System.GetUtcNow();
        var world = new GatewayWorld();
        world.Put(GatewayWorld.Upstream("github") with { ToolCount = 41, LastSeen = now.AddSeconds(-8), Era = Era.Modern, ProtocolVersion = "2026-07-28" });
        world.Put(GatewayWorld.Upstream("jira", UpstreamState.Offline) with { LastSeen = now.AddMinutes(-14), LastError = "jira.example.com:443: connection refused" });
        world.Put(GatewayWorld.Upstream("filesystem", transport: TransportKind.Stdio) with { LastSeen = now.AddSeconds(-21), ProtocolVersion = "2025-06-18" });
        world.Put(GatewayWorld.Upstream("billing", UpstreamState.NeedsAuthorization) with { LastError = "The server answered 401: its bearer token is missing or wrong." });
        world.Put(GatewayWorld.Upstream("search", transport: TransportKind.Sse) with { LastSeen = now.AddSeconds(-2), ProtocolVersion = "2024-11-05" });
        world.Put(GatewayWorld.Upstream("weather", UpstreamState.Pending) with { LastSeen = null });
        world.Put(GatewayWorld.Upstream("legacy-crm", UpstreamState.Disabled) with { Enabled = false, LastSeen = now.AddDays(-3) });
        world.Put(GatewayWorld.Server("coding", 38) with { Description = "What the coding agents of the platform team use." });
        world.Put(GatewayWorld.Server("support", 12) with { Anonymous = true });
        world.Usage = ImmutableDictionary<string, SeriesSummary>.Empty
            .Add("vs-coding", new SeriesSummary(SeriesKind.VirtualServer, "vs-coding", 1204, 7, 12, 84, 60, 180, 410, now.AddSeconds(-30)));
        for (var i = 0; i < 120; i++)
        {
            var name = (i % 4) switch { 0 => "create_issue", 1 => "read_file", 2 => "search", _ => "list_pull_requests" };
            world.Report(Call(name, failed: i % 17 == 3, now.AddSeconds(-240 + (i * 2)), 4 + (i * 7 % 300)));
        }

        return world;
    }

    public static CallReport Call(string name, bool failed, DateTimeOffset at, double milliseconds = 42) =>
        new(at, "tools/call", name, "vs-coding", "up-github", "ci@example.com", failed, milliseconds);
}

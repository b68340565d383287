using System.Net;
using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>A legacy client says that its roots changed: the upstreams of its own session hear of it, and nobody else's.</summary>
public sealed class RootsChangedTests
{
    private const string Changed = """{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""";
    private const string Tells = """{"roots":{"listChanged":true}}""";

    [Theory]
    [InlineData("STREAMABLEHTTP")]
    [InlineData("SSE")]
    public async Task Notification_ReachesTheUpstreamsOfTheSession(string transport)
    {
        await using var world = await BridgeWorld.StartAsync(
            (name, upstream) => new { name, transport, url = transport == "SSE" ? upstream.SseUrl : upstream.Url, sharing = "per-session" },
            static upstream => upstream.AddTool("echo"));
        var session = await world.OpenAsync("2025-11-25", Tells);
        var other = await world.OpenAsync("2025-11-25", Tells);
        await CallAsync(world, other, "echo");
        await CallAsync(world, session, "echo");

        await NotifyAsync(world, session);

        var told = (await world.Upstream.WaitForAsync("notifications/roots/list_changed")).ShouldHaveSingleItem();
        if (transport != "SSE")
        {
            told.Headers["Mcp-Session-Id"].ShouldBe(world.Upstream.ReceivedOf("tools/call")[^1].Headers["Mcp-Session-Id"]);
        }
    }

    [Fact]
    public async Task Notification_ReachesAProcess()
    {
        await using var world = await BridgeWorld.StartAsync(
            static (name, _) => new { name, transport = "STDIO", command = StdioFixture.Command, args = StdioFixture.Arguments(), sharing = "per-session" },
            static _ => { });
        var session = await world.OpenAsync("2025-11-25", Tells);
        (await RootsToldAsync(world, session)).ShouldBe(0);

        await NotifyAsync(world, session);

        await Eventually.TrueAsync(() => RootsToldAsync(world, session).GetAwaiter().GetResult() == 1, "the process is told");
    }

    [Theory]
    [InlineData("""{"roots":{}}""", true)]
    [InlineData("{}", true)]
    [InlineData(Tells, false)]
    public async Task Notification_OfAClientThatDeclaredNone_OrHasNoConnection_IsTakenAndKept(string capabilities, bool isConnected)
    {
        await using var world = await BridgeWorld.StartAsync(
            static (name, upstream) => new { name, url = upstream.Url, sharing = "per-session" }, static upstream => upstream.AddTool("echo"));
        var session = await world.OpenAsync("2025-11-25", capabilities);
        if (isConnected)
        {
            await CallAsync(world, session, "echo");
        }

        await NotifyAsync(world, session);

        // Whatever the notification set off comes before what another session sets off after it.
        var teller = await world.OpenAsync("2025-11-25", Tells);
        await CallAsync(world, teller, "echo");
        await NotifyAsync(world, teller);
        var told = (await world.Upstream.WaitForAsync("notifications/roots/list_changed")).ShouldHaveSingleItem();
        told.Headers["Mcp-Session-Id"].ShouldBe(world.Upstream.ReceivedOf("tools/call")[^1].Headers["Mcp-Session-Id"]);
    }

    private static async Task NotifyAsync(BridgeWorld world, string session) =>
        (await world.PostAsync(Changed, ("Mcp-Session-Id", session))).Status.ShouldBe((int)HttpStatusCode.Accepted);

    private static async Task<JsonElement> CallAsync(BridgeWorld world, string session, string tool) => BridgeWorld.Messages(await world.PostAsync(
        $$$"""{"jsonrpc":"2.0","id":"{{{Guid.NewGuid()}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""", ("Mcp-Session-Id", session)))[^1];

    private static async Task<int> RootsToldAsync(BridgeWorld world, string session) =>
        JsonElement.Parse(QuestionWorld.TextOf(await CallAsync(world, session, "env"))).GetProperty("rootsChanged").GetInt32();
}

using System.Diagnostics;
using System.Net;
using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

public class AccessTests
{
    [Fact]
    public async Task Token_Revoked_IsRefusedWithinASecond()
    {
        await using var world = await SmallWorld.StartAsync();
        var token = await world.Gateway.Admin.CreateTokenAsync(world.Server);
        var mcp = world.Gateway.Mcp(world.Server, token.Text);
        await mcp.InitializeAsync();
        (await mcp.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);

        (await world.Gateway.Admin.DeleteAsync($"/tokens/{token.Id}")).Expect(HttpStatusCode.NoContent);

        var since = Stopwatch.StartNew();
        while ((await mcp.CallAsync("echo")).Status == HttpStatusCode.OK)
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }

        var refused = await mcp.CallAsync("echo");
        refused.Status.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
    }

    [Fact]
    public async Task Token_Used_SaysWhen()
    {
        await using var world = await SmallWorld.StartAsync();
        var token = await world.Gateway.Admin.CreateTokenAsync(world.Server);
        var mcp = world.Gateway.Mcp(world.Server, token.Text);
        await mcp.InitializeAsync();

        await Eventually.TrueAsync(
            async () => (await world.Gateway.Admin.GetAsync($"/tokens/{token.Id}")).Expect(HttpStatusCode.OK).Json.GetProperty("lastUsed").ValueKind == JsonValueKind.String,
            "the token says when it was used");
    }

    [Fact]
    public async Task Token_BoundToOneServer_DoesNotSeeTheOther()
    {
        await using var world = await SmallWorld.StartAsync();
        var other = await world.Gateway.Admin.ComposeAsync("other", world.Upstream);
        var token = await world.Gateway.Admin.CreateTokenAsync(world.Server);

        (await world.Gateway.Mcp(world.Server, token.Text).ListToolNamesAsync()).ShouldBe(["echo"]);
        var foreign = await world.Gateway.Mcp(other, token.Text).RequestAsync("tools/list");
        var unknown = await world.Gateway.Mcp("no-such-server", token.Text).RequestAsync("tools/list");

        foreign.Status.ShouldBe(HttpStatusCode.NotFound);
        unknown.Status.ShouldBe(HttpStatusCode.NotFound);
        foreign.Body.Replace(other, "ID", StringComparison.Ordinal).ShouldBe(unknown.Body.Replace("no-such-server", "ID", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_OfAnotherNetwork_IsForbidden()
    {
        await using var world = await SmallWorld.StartAsync();
        var far = await world.Gateway.Admin.CreateTokenAsync(new { name = "far", scope = new { server_id = world.Server, ip_restrictions = new[] { "203.0.113.0/24" } } });
        var near = await world.Gateway.Admin.CreateTokenAsync(new { name = "near", scope = new { server_id = world.Server, ip_restrictions = new[] { "127.0.0.0/8" } } });

        (await world.Gateway.Mcp(world.Server, far.Text).CallAsync("echo")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Gateway.Mcp(world.Server, near.Text).CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Anonymous_OnlyWhereAnAdministratorSetIt()
    {
        await using var world = await SmallWorld.StartAsync();
        var open = await world.Gateway.Admin.CreateServerAsync(new { name = "open", anonymous = true, associated_gateways = new[] { world.Upstream } });

        var closed = await world.Gateway.Mcp(world.Server, token: null).RequestAsync("tools/list");
        closed.Status.ShouldBe(HttpStatusCode.Unauthorized);
        closed.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        (await world.Gateway.Mcp(null, token: null).RequestAsync("tools/list")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Gateway.Mcp(open, token: null).CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Token_AlteredOrMadeUp_IsRefused()
    {
        await using var world = await SmallWorld.StartAsync();
        var token = (await world.Gateway.Admin.CreateTokenAsync(world.Server)).Text;
        var altered = token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA");

        foreach (var wrong in new[] { altered, "mcpg_x_y_z", "nonsense", token + "x" })
        {
            (await world.Gateway.Mcp(world.Server, wrong).CallAsync("echo")).Status.ShouldBe(HttpStatusCode.Unauthorized, wrong);
        }
    }

    [Fact]
    public async Task Token_OfAnAgent_CannotAdminister()
    {
        await using var world = await SmallWorld.StartAsync();
        var agent = new RestApi(world.Gateway.Http, (await world.Gateway.Admin.CreateTokenAsync(world.Server)).Text);

        (await agent.PostAsync("/gateways", new { name = "mine", url = "http://127.0.0.1:1/mcp" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await agent.PostAsync("/servers", new { name = "mine" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await agent.DeleteAsync($"/servers/{world.Server}")).Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.NotFound);
        (await agent.GetAsync("/audit")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Gateway.Admin.GetAsync($"/servers/{world.Server}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Session_OfOneToken_IsUnknownToAnother()
    {
        await using var world = await SmallWorld.StartAsync();
        var first = world.Gateway.Mcp(world.Server, world.Token);
        await first.InitializeAsync();
        var second = world.Gateway.Mcp(world.Server, (await world.Gateway.Admin.CreateTokenAsync(world.Server)).Text);
        second.SessionId = first.SessionId;

        (await second.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await first.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ServerOfEverything_BoundToken_ShowsOnlyItsServers()
    {
        await using var world = await SmallWorld.StartAsync();
        await using var hidden = await FakeUpstream.StartAsync(static upstream => upstream.AddTool("secret"));
        var hiddenId = await world.Gateway.Admin.RegisterAsync(new { name = "hidden", url = hidden.Url });
        await world.Gateway.Admin.ComposeAsync("hidden one", hiddenId);

        var names = await world.Gateway.Mcp(null, world.Token).ListToolNamesAsync();

        names.ShouldHaveSingleItem().ShouldEndWith("echo");
    }
}

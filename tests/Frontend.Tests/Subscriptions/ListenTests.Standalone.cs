using System.Text.Json;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Subscriptions;

/// <summary>Modern <c>subscriptions/listen</c> over real HTTP, with the real gateway between.</summary>
public sealed class ListenTests : IAsyncLifetime
{
    private const string Everything = """{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true,"somethingNew":true}""";
    private const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    private RealGateway _gateway = null!;
    private FakeUpstream _upstream = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await RealGateway.StartAsync(builder => builder.Configuration["Mcp:MaxListensPerPrincipal"] = "3");
        _upstream = await FakeUpstream.StartAsync(fake =>
        {
            fake.AddTool("forecast");
            fake.AddPrompt("ask");
        });
        await _gateway.SendAsync("POST", "/gateways", $$"""{"name":"Weather","url":"{{_upstream.Url}}"}""").Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"seven\"")]
    public async Task Listen_ServerWithToolsAndPrompts_AcknowledgesWhatIsHonouredUnderTheRequestsId(string id)
    {
        var server = await CreateServerAsync("A", "weather-echo", prompts: "weather-ask");

        await using var events = await EventSource.ListenAsync(_gateway.Client, $"/servers/{server}/mcp", _gateway.Token, Everything, id);

        events.Status.ShouldBe(200);
        events.ContentType.ShouldBe("text/event-stream");
        var acknowledged = await events.NotificationAsync("notifications/subscriptions/acknowledged");
        acknowledged.GetProperty("_meta").GetProperty(SubscriptionId).GetRawText().ShouldBe(id);
        acknowledged.GetProperty("notifications").GetRawText().ShouldBe("""{"toolsListChanged":true,"promptsListChanged":true}""");
    }

    [Fact]
    public async Task Listen_ServerEdited_OnlyTheRequestedListsAreToldOf()
    {
        var server = await CreateServerAsync("A", "weather-echo", prompts: "weather-ask");
        await using var tools = await ListenAsync(server, """{"toolsListChanged":true,"promptsListChanged":false}""");
        await using var prompts = await ListenAsync(server, """{"promptsListChanged":true}""");

        await EditAsync(server, """{"associated_tools":["weather-echo","weather-forecast"],"associated_prompts":[]}""");

        (await tools.NotificationAsync("notifications/tools/list_changed")).GetProperty("_meta").GetProperty(SubscriptionId).GetRawText().ShouldBe("7");
        await prompts.NotificationAsync("notifications/prompts/list_changed");
        // Nothing else came before the end.
        await EditAsync(server, """{"enabled":false}""");
        await ShouldEndAsync(tools);
        await ShouldEndAsync(prompts);
    }

    [Fact]
    public async Task Listen_UpstreamsListChanges_ReachesTheClient()
    {
        await using var events = await ListenAsync(null, """{"toolsListChanged":true}""");

        _upstream.AddTool("added");
        await Eventually.TrueAsync(() => _upstream.OpenStreams > 0, "the gateway listens to the upstream");
        await _upstream.NotifyAsync("notifications/tools/list_changed");

        await events.NotificationAsync("notifications/tools/list_changed");
    }

    [Fact]
    public async Task Listen_UpstreamAnnouncesWhatIsTheSame_ReachesThoseWhoSeeThatListOfIt()
    {
        await using var other = await FakeUpstream.StartAsync();
        (await _gateway.SendAsync("POST", "/gateways", $$"""{"name":"Other","url":"{{other.Url}}"}""").Soon()).Status.ShouldBe(201);
        var server = await CreateServerAsync("A", "weather-echo");
        var foreign = await CreateServerAsync("B", "other-echo", prompts: "weather-ask");
        await using var tools = await ListenAsync(server, Everything);
        await using var prompts = await ListenAsync(foreign, Everything);
        await Eventually.TrueAsync(() => _upstream.OpenStreams > 0, "the gateway listens to the upstream");

        await _upstream.NotifyAsync("notifications/tools/list_changed");

        await tools.NotificationAsync("notifications/tools/list_changed");
        // Had the other server's client been told of tools, that would stand before this.
        await _upstream.NotifyAsync("notifications/prompts/list_changed");
        await prompts.NotificationAsync("notifications/prompts/list_changed");
    }

    [Fact]
    public async Task Listen_OwnTokensPast_DoesNotEndTheStream()
    {
        var server = await CreateServerAsync("A", "weather-echo");
        for (var round = 0; round < 5; round++)
        {
            // The feed tells of the token's creation after it was used already.
            var (_, token) = await CreateTokenAsync($$"""{"name":"token {{round}}"}""");
            await using var events = await ListenAsync(server, Everything, token);
            await EditAsync(server, $$"""{"associated_tools":["weather-{{(round % 2 == 0 ? "forecast" : "echo")}}"]}""");
            await events.NotificationAsync("notifications/tools/list_changed");
        }
    }

    [Fact]
    public async Task Listen_ServerDeleted_EndsWithTheRequestsResult()
    {
        var server = await CreateServerAsync("A", "weather-echo");
        await using var events = await ListenAsync(server, Everything);

        (await _gateway.SendAsync("DELETE", $"/servers/{server}")).Status.ShouldBeLessThan(300);

        await ShouldEndAsync(events);
    }

    [Fact]
    public async Task Listen_TokenRevoked_EndsThatStreamAndNoOther()
    {
        var server = await CreateServerAsync("A", "weather-echo");
        var (id, token) = await CreateTokenAsync("""{"name":"one"}""");
        var (_, other) = await CreateTokenAsync("""{"name":"two"}""");
        await using var revoked = await ListenAsync(server, Everything, token);
        await using var kept = await ListenAsync(server, Everything, other);

        (await _gateway.SendAsync("DELETE", $"/tokens/{id}")).Status.ShouldBe(204);

        await ShouldEndAsync(revoked);
        await EditAsync(server, """{"associated_tools":["weather-forecast"]}""");
        await kept.NotificationAsync("notifications/tools/list_changed");
    }

    [Fact]
    public async Task Listen_EverythingWithABoundToken_HearsOfItsOwnServersOnly()
    {
        var mine = await CreateServerAsync("Mine", "weather-echo");
        var other = await CreateServerAsync("Other", "weather-echo");
        var (_, token) = await CreateTokenAsync($$$"""{"name":"bound","scope":{"server_ids":["{{{mine}}}"]}}""");
        await using var events = await ListenAsync(null, """{"toolsListChanged":true}""", token);

        await using var all = await ListenAsync(null, """{"toolsListChanged":true}""");
        await EditAsync(other, """{"associated_tools":["weather-forecast"]}""");
        _upstream.AddTool("unseen");
        var upstream = (await _gateway.SendAsync("GET", "/gateways")).Json[0].GetProperty("id").GetString();
        await _gateway.SendAsync("POST", $"/gateways/{upstream}/refresh");
        await all.NotificationAsync("notifications/tools/list_changed");
        await EditAsync(mine, """{"associated_tools":["weather-echo","weather-forecast"]}""");
        await events.NotificationAsync("notifications/tools/list_changed");

        // Were the foreign changes told too, they would stand before the end.
        await EditAsync(mine, """{"enabled":false}""");
        await events.NotificationAsync("notifications/tools/list_changed");
        await _gateway.StopAsync();
        await ShouldEndAsync(events);
    }

    [Fact]
    public async Task Listen_GatewayStops_EndsWithTheRequestsResult()
    {
        await using var events = await ListenAsync(null, Everything);

        var stopping = _gateway.StopAsync();

        await ShouldEndAsync(events);
        await stopping.Soon();
    }

    [Fact]
    public async Task Listen_ClientLeaves_NothingIsLeftBehind()
    {
        var hub = _gateway.Services.GetRequiredService<ListenHub>();
        for (var round = 0; round < 5; round++)
        {
            var events = await ListenAsync(null, Everything);
            hub.Count.ShouldBe(1);
            await events.DisposeAsync();
            await Eventually.TrueAsync(() => hub.Count == 0, "the stream is forgotten");
        }
    }

    [Fact]
    public async Task Listen_MoreThanAllowed_AreRefusedUntilOneEnds()
    {
        var open = new List<EventSource>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await ListenAsync(null, Everything));
        }

        await using (var refused = await EventSource.ListenAsync(_gateway.Client, "/mcp", _gateway.Token, Everything))
        {
            refused.Status.ShouldBe(429);
            JsonElement.Parse(await refused.TextAsync()).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-31004);
        }

        await open[0].DisposeAsync();
        var hub = _gateway.Services.GetRequiredService<ListenHub>();
        await Eventually.TrueAsync(() => hub.Count == 2, "the stream is forgotten");
        open[0] = await ListenAsync(null, Everything);
        foreach (var events in open)
        {
            await events.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"toolsListChanged":"yes"}""")]
    [InlineData("""{"resourceSubscriptions":"file:///a"}""")]
    [InlineData("""{"resourceSubscriptions":[7]}""")]
    public async Task Listen_BadFilter_IsRefused(string notifications)
    {
        await using var events = await EventSource.ListenAsync(_gateway.Client, "/mcp", _gateway.Token, notifications);

        var answer = JsonElement.Parse(await events.TextAsync());
        answer.GetProperty("id").GetInt32().ShouldBe(7);
        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Listen_NothingHappens_SaysThatItIsAlive()
    {
        await using var gateway = await RealGateway.StartAsync(builder => builder.Configuration["Mcp:KeepAlive"] = "00:00:01");
        var request = EventSource.ListenAsync(gateway.Client, "/mcp", gateway.Token, Everything);
        await using var events = await request;
        await events.NotificationAsync("notifications/subscriptions/acknowledged");

        (await events.LineAsync()).ShouldBe("");
        (await events.LineAsync()).ShouldBe(":");
    }

    private async Task<EventSource> ListenAsync(string? server, string notifications, string? token = null)
    {
        var path = server is null ? "/mcp" : $"/servers/{server}/mcp";
        var events = await EventSource.ListenAsync(_gateway.Client, path, token ?? _gateway.Token, notifications);
        await events.NotificationAsync("notifications/subscriptions/acknowledged");
        return events;
    }

    private static async Task ShouldEndAsync(EventSource events)
    {
        var last = (await events.NextAsync()).ShouldNotBeNull();
        last.TryGetProperty("result", out var result).ShouldBeTrue(last.GetRawText());
        last.GetProperty("id").GetRawText().ShouldBe("7");
        result.GetProperty("resultType").GetString().ShouldBe("complete");
        result.GetProperty("_meta").GetProperty(SubscriptionId).GetRawText().ShouldBe("7");
        (await events.NextAsync()).ShouldBeNull();
    }

    private async Task<string> CreateServerAsync(string name, string tool, string? prompts = null)
    {
        var made = await _gateway.SendAsync(
            "POST",
            "/servers",
            $$"""{"name":"{{name}}","associated_tools":["{{tool}}"],"associated_prompts":[{{(prompts is null ? "" : $"\"{prompts}\"")}}]}""");
        made.Status.ShouldBe(201, made.Text);
        return made["id"]!;
    }

    private async Task EditAsync(string server, string change)
    {
        var answer = await _gateway.SendAsync("PATCH", $"/servers/{server}", change);
        answer.Status.ShouldBe(200, answer.Text);
    }

    private async Task<(string Id, string Token)> CreateTokenAsync(string body)
    {
        var made = await _gateway.SendAsync("POST", "/tokens", body);
        made.Status.ShouldBe(201, made.Text);
        return (made.Json.GetProperty("token").GetProperty("id").GetString()!, made["access_token"]!);
    }
}

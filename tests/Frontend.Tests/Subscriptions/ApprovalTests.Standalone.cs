using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Subscriptions;

/// <summary>What clients of both generations hear and see when a definition is approved or withdrawn, with the real gateway between.</summary>
public sealed class ApprovalTests
{
    private const string Legacy = "2025-11-25";
    private const string Old = "What it said first";
    private const string New = "What it says now";

    [Theory]
    [InlineData("tools")]
    [InlineData("prompts")]
    [InlineData("resources")]
    [InlineData("templates")]
    public async Task Approve_HeldDefinition_ClientsAreToldAndSeeTheNewText(string kind)
    {
        await using var world = await StartAsync(kind, "hold");
        await ChangeAsync(world, kind);
        var item = await ItemAsync(world, kind);
        item.GetProperty("drifted").GetBoolean().ShouldBeTrue();
        await using var audience = await Audience.OpenAsync(world, kind);
        await ShouldShowAsync(world, kind, Old);

        await DecideAsync(world, kind, "approve", $$"""{"definition_hash":"{{item.GetProperty("definitionHash").GetString()}}"}""");

        await audience.IsToldAsync();
        await ShouldShowAsync(world, kind, New);
        (await ItemAsync(world, kind)).GetProperty("description").GetString().ShouldBe(New);
        await audience.OthersHeardNothingAsync();
    }

    [Theory]
    [InlineData("tools", "hold")]
    [InlineData("tools", "block")]
    [InlineData("prompts", "hold")]
    [InlineData("resources", "block")]
    [InlineData("templates", "hold")]
    public async Task Withdraw_ApprovedDefinition_ItIsGoneAndUnknownUntilApprovedAgain(string kind, string policy)
    {
        await using var world = await StartAsync(kind, policy);
        await using var audience = await Audience.OpenAsync(world, kind);
        await ShouldShowAsync(world, kind, Old);

        await DecideAsync(world, kind, "withdraw");

        await audience.IsToldAsync();
        await ShouldShowAsync(world, kind, null);
        await ShouldBeUnknownAsync(world, kind);
        await DecideAsync(world, kind, "approve");
        await audience.IsToldAsync();
        await ShouldShowAsync(world, kind, Old);
        await audience.OthersHeardNothingAsync();
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("prompts")]
    [InlineData("resources")]
    public async Task Block_UpstreamChangesADefinition_ItGoesAndComesBackApproved(string kind)
    {
        await using var world = await StartAsync(kind, "block");
        await using var audience = await Audience.OpenAsync(world, kind);

        await ChangeAsync(world, kind);

        await audience.IsToldAsync();
        await ShouldShowAsync(world, kind, null);
        await ShouldBeUnknownAsync(world, kind);
        await DecideAsync(world, kind, "approve");
        await audience.IsToldAsync();
        await ShouldShowAsync(world, kind, New);
        await audience.OthersHeardNothingAsync();
    }

    [Fact]
    public async Task Withdraw_UpstreamSaysSomethingElse_StaysWithdrawn()
    {
        await using var world = await StartAsync("tools", "hold");
        await using var audience = await Audience.OpenAsync(world, "tools");
        await DecideAsync(world, "tools", "withdraw");
        await audience.IsToldAsync();

        await ChangeAsync(world, "tools");

        (await ItemAsync(world, "tools")).GetProperty("approvedHash").ValueKind.ShouldBe(JsonValueKind.Null);
        await ShouldShowAsync(world, "tools", null);
        // Had the change been told, that would stand before this and the text be there already.
        await DecideAsync(world, "tools", "approve");
        await audience.IsToldAsync();
        await ShouldShowAsync(world, "tools", New);
    }

    [Fact]
    public async Task Approve_ChangedSinceItWasReviewed_IsRefusedAndNobodyHears()
    {
        await using var world = await StartAsync("tools", "hold");
        var reviewed = (await ItemAsync(world, "tools")).GetProperty("definitionHash").GetString();
        await ChangeAsync(world, "tools");
        await using var audience = await Audience.OpenAsync(world, "tools");

        var refused = await world.Gateway.SendAsync(
            "POST", $"/v1/tools/{await IdAsync(world, "tools")}/approve", $$"""{"definition_hash":"{{reviewed}}"}""");

        refused.Status.ShouldBe(409, refused.Text);
        refused.Error("definition_hash").ShouldContain("changed");
        await ShouldShowAsync(world, "tools", Old);
        world.Upstream.AddPrompt("added");
        await RefreshAsync(world);
        await audience.IsToldOfAsync("prompts");
        await audience.OthersHeardNothingAsync();
    }

    private static Task<BridgeWorld> StartAsync(string kind, string policy) => BridgeWorld.StartAsync(
        (name, upstream) => new { name, url = upstream.Url, drift_policy = policy },
        fake =>
        {
            fake.OffersListChanged = false;
            fake.AddTool("other");
            fake.AddPrompt("other");
            fake.AddResource("test://other");
            Offer(fake, kind, Old);
        });

    private static void Offer(FakeUpstream fake, string kind, string text)
    {
        switch (kind)
        {
            case "tools":
                fake.AddTool("subject", definition: $$$"""{"name":"subject","description":"{{{text}}}","inputSchema":{"type":"object"}}""");
                break;
            case "prompts":
                fake.AddPrompt("subject", definition: $$"""{"name":"subject","description":"{{text}}"}""");
                break;
            case "resources":
                fake.AddResource("test://subject", definition: $$"""{"uri":"test://subject","name":"subject","description":"{{text}}"}""");
                break;
            default:
                fake.AddTemplate("test://subject/{n}", definition: $$"""{"uriTemplate":"test://subject/{n}","name":"subject","description":"{{text}}"}""");
                break;
        }
    }

    /// <summary>The upstream says something else, and the gateway looks.</summary>
    private static Task ChangeAsync(BridgeWorld world, string kind)
    {
        Offer(world.Upstream, kind, New);
        return RefreshAsync(world);
    }

    private static async Task RefreshAsync(BridgeWorld world)
    {
        var upstream = (await world.Gateway.SendAsync("GET", "/gateways")).Json[0].GetProperty("id").GetString();
        var refreshed = await world.Gateway.SendAsync("POST", $"/gateways/{upstream}/refresh");
        refreshed.Status.ShouldBe(200, refreshed.Text);
    }

    private static async Task<string> IdAsync(BridgeWorld world, string kind)
    {
        var all = await world.Gateway.SendAsync("GET", kind == "templates" ? "/resources/templates" : $"/{kind}");
        return all.Json.EnumerateArray().Select(item => (Id: item.GetProperty("id").GetString()!, Text: item.GetRawText()))
            .Single(item => item.Text.Contains("subject", StringComparison.Ordinal)).Id;
    }

    private static async Task<JsonElement> ItemAsync(BridgeWorld world, string kind) =>
        (await world.Gateway.SendAsync("GET", $"{PathOf(kind)}/{await IdAsync(world, kind)}")).Json;

    private static async Task DecideAsync(BridgeWorld world, string kind, string verb, string? body = null)
    {
        var answer = await world.Gateway.SendAsync("POST", $"{PathOf(kind)}/{await IdAsync(world, kind)}/{verb}", body);
        answer.Status.ShouldBe(200, answer.Text);
    }

    private static string PathOf(string kind) => kind == "templates" ? "/resources" : $"/{kind}";

    /// <param name="text">The description that clients of both generations find; null where it is not listed.</param>
    private static async Task ShouldShowAsync(BridgeWorld world, string kind, string? text)
    {
        var (method, member) = kind == "templates" ? ("resources/templates/list", "resourceTemplates") : ($"{kind}/list", kind);
        foreach (var revision in (string[])[Legacy, BridgeWorld.Modern])
        {
            var listed = (await world.RequestAsync(revision, method)).GetProperty("result").GetProperty(member).EnumerateArray();
            listed.Where(item => item.GetProperty("name").GetString() == "subject").Select(item => item.GetProperty("description").GetString())
                .SingleOrDefault().ShouldBe(text, $"{revision} {method}");
        }
    }

    /// <summary>Using it is answered exactly as using what never existed, and the upstream hears nothing of it.</summary>
    private static async Task ShouldBeUnknownAsync(BridgeWorld world, string kind)
    {
        var (method, parameters) = kind switch
        {
            "tools" => ("tools/call", """{"name":"subject","arguments":{} }"""),
            "prompts" => ("prompts/get", """{"name":"subject"}"""),
            "resources" => ("resources/read", """{"uri":"test://subject"}"""),
            _ => ("resources/read", """{"uri":"test://subject/1"}"""),
        };
        foreach (var revision in (string[])[Legacy, BridgeWorld.Modern])
        {
            var withdrawn = (await world.RequestAsync(revision, method, parameters)).GetProperty("error").GetRawText();
            var unknown = (await world.RequestAsync(revision, method, parameters.Replace("subject", "unknown", StringComparison.Ordinal)))
                .GetProperty("error").GetRawText();
            withdrawn.ShouldBe(unknown.Replace("unknown", "subject", StringComparison.Ordinal));
        }

        world.Upstream.ReceivedOf(method).ShouldBeEmpty();
    }

    /// <summary>A legacy and a modern client of the virtual server, and both of another one that does not hold the changing item.</summary>
    private sealed class Audience : IAsyncDisposable
    {
        private readonly RealGateway _gateway;
        private readonly string _kind;
        private readonly string _otherId;
        private EventSource _legacy = null!;
        private EventSource _modern = null!;
        private EventSource _otherLegacy = null!;
        private EventSource _otherModern = null!;

        private Audience(BridgeWorld world, string kind, string otherId)
        {
            (_gateway, _otherId) = (world.Gateway, otherId);
            _kind = kind == "templates" ? "resources" : kind;
        }

        public static async Task<Audience> OpenAsync(BridgeWorld world, string kind)
        {
            var made = await world.Gateway.SendAsync(
                "POST",
                "/servers",
                """{"name":"other","associated_tools":["a-other"],"associated_prompts":["a-other"],"associated_resources":["test://other"]}""");
            made.Status.ShouldBe(201, made.Text);
            var audience = new Audience(world, kind, made["id"]!);
            audience._legacy = await audience.GetAsync(world.ServerId);
            audience._modern = await audience.ListenAsync(world.ServerId);
            audience._otherLegacy = await audience.GetAsync(audience._otherId);
            audience._otherModern = await audience.ListenAsync(audience._otherId);
            return audience;
        }

        /// <summary>The next that both hear is that the list changed.</summary>
        public Task IsToldAsync() => HearNextAsync(_kind, _legacy, _modern);

        /// <summary>The next that both hear is that this list changed.</summary>
        public Task IsToldOfAsync(string kind) => HearNextAsync(kind, _legacy, _modern);

        /// <summary>The next that the other server's clients hear is a later change, of another list.</summary>
        public async Task OthersHeardNothingAsync()
        {
            var kind = _kind == "prompts" ? "tools" : "prompts";
            var edited = await _gateway.SendAsync("PATCH", $"/servers/{_otherId}", $$"""{"associated_{{kind}}":[]}""");
            edited.Status.ShouldBe(200, edited.Text);
            await HearNextAsync(kind, _otherLegacy, _otherModern);
        }

        public async ValueTask DisposeAsync()
        {
            await _legacy.DisposeAsync();
            await _modern.DisposeAsync();
            await _otherLegacy.DisposeAsync();
            await _otherModern.DisposeAsync();
        }

        private async Task<EventSource> ListenAsync(string server)
        {
            var events = await EventSource.ListenAsync(
                _gateway.Client,
                $"/servers/{server}/mcp",
                _gateway.Token,
                """{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}""");
            await events.NotificationAsync("notifications/subscriptions/acknowledged");
            return events;
        }

        private async Task<EventSource> GetAsync(string server)
        {
            const string initialize = $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{Legacy}}}","capabilities":{},"clientInfo":{"name":"raw","version":"1"} } }""";
            var path = $"/servers/{server}/mcp";
            using var request = EventSource.Request(HttpMethod.Post, path, _gateway.Token, initialize);
            using var opened = await _gateway.Client.SendAsync(request).Soon();
            var session = opened.Headers.GetValues("Mcp-Session-Id").Single();
            return await EventSource.OpenAsync(
                _gateway.Client, EventSource.Request(HttpMethod.Get, path, _gateway.Token, null, ("Mcp-Session-Id", session)));
        }

        private static async Task HearNextAsync(string kind, params EventSource[] clients)
        {
            foreach (var events in clients)
            {
                await events.NotificationAsync($"notifications/{kind}/list_changed");
            }
        }
    }
}

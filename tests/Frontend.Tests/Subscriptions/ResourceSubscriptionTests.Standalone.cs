using System.Text.Json;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Subscriptions;

/// <summary>Updates of resources from upstreams of both generations to clients of both, over real HTTP, with the real gateway between.</summary>
public sealed class ResourceSubscriptionTests
{
    private const string Legacy = "2025-11-25";
    private const string Uri = "file:///watched";
    private const string Updated = "notifications/resources/updated";

    [Theory]
    [BothEras]
    public async Task LegacyClient_Subscribes_HearsOfUpdatesUntilItUnsubscribes(FakeEra era)
    {
        await using var world = await StartAsync(era);
        var session = await world.OpenAsync(Legacy);
        await using var events = await GetAsync(world, session);

        (await AskAsync(world, session, "resources/subscribe", Uri)).GetProperty("result").GetRawText().ShouldBe("{}");
        await world.Upstream.UpdateAsync(Uri);

        (await events.NotificationAsync(Updated)).GetRawText().ShouldBe($$"""{"uri":"{{Uri}}"}""");
        (await AskAsync(world, session, "resources/unsubscribe", Uri)).GetProperty("result").GetRawText().ShouldBe("{}");
        await Eventually.TrueAsync(() => world.Upstream.Watched.Count == 0, "the upstream is asked to tell no more");
        (await AskAsync(world, session, "resources/unsubscribe", Uri)).GetProperty("result").GetRawText().ShouldBe("{}");
    }

    [Theory]
    [BothEras]
    public async Task ModernClient_Listens_HearsOfUpdatesUntilItLeaves(FakeEra era)
    {
        await using var world = await StartAsync(era);
        await using (var events = await ListenAsync(world, Uri))
        {
            await world.Upstream.UpdateAsync(Uri);

            var told = await events.NotificationAsync(Updated);
            told.GetProperty("uri").GetString().ShouldBe(Uri);
            told.GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetRawText().ShouldBe("7");
        }

        await Eventually.TrueAsync(() => world.Upstream.Watched.Count == 0, "the upstream is asked to tell no more");
    }

    [Theory]
    [BothEras]
    public async Task RenamedResource_IsTranslatedBothWays(FakeEra era)
    {
        await using var world = await BridgeWorld.StartAsync(fake => Configure(fake, era), fake => Configure(fake, era));
        var uris = (await world.RequestAsync(Legacy, "resources/list")).GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()!).ToArray();
        var renamed = uris.Single(uri => uri.EndsWith("+" + Uri, StringComparison.Ordinal));
        var younger = world.Upstreams[renamed[0] - 'a'];
        var session = await world.OpenAsync(Legacy);
        await using var stream = await GetAsync(world, session);
        await using var listen = await ListenAsync(world, renamed);

        (await AskAsync(world, session, "resources/subscribe", renamed)).TryGetProperty("result", out _).ShouldBeTrue();
        younger.Watched.ShouldAllBe(uri => uri == Uri);
        await younger.UpdateAsync(Uri, "/below");

        (await stream.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(renamed + "/below");
        (await listen.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(renamed + "/below");
    }

    [Fact]
    public async Task TwoGenerations_BehindOneServer_EachResourceGoesItsOwnWay()
    {
        await using var world = await BridgeWorld.StartAsync(
            static fake => Configure(fake, FakeEra.Legacy, "old:///one"), static fake => Configure(fake, FakeEra.Modern, "new:///one"));
        await using var events = await ListenAsync(world, "old:///one", "new:///one");

        await world.Upstreams[0].UpdateAsync("old:///one");
        (await events.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe("old:///one");
        await world.Upstreams[1].UpdateAsync("new:///one");
        (await events.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe("new:///one");
    }

    [Theory]
    [BothEras]
    public async Task Listen_AcknowledgesOnlyWhatIsSeenAndTold(FakeEra era)
    {
        await using var world = await BridgeWorld.StartAsync(
            fake =>
            {
                Configure(fake, era);
                fake.AddResource("file:///untold");
                fake.Unwatchable.Add("file:///untold");
            },
            static fake =>
            {
                fake.OffersSubscriptions = false;
                fake.AddResource("file:///deaf");
            });

        await using var events = await EventSource.ListenAsync(
            world.Gateway.Client,
            $"/servers/{world.ServerId}/mcp",
            world.Gateway.Token,
            JsonSerializer.Serialize(new { resourceSubscriptions = new[] { Uri, "file:///untold", "file:///deaf", "file:///unknown" } }));

        (await events.NotificationAsync("notifications/subscriptions/acknowledged")).GetProperty("notifications").GetRawText()
            .ShouldBe($$"""{"resourceSubscriptions":["{{Uri}}"]}""");
    }

    [Theory]
    [InlineData("file:///unknown", -32002)]
    [InlineData("file:///untold", -32002)]
    [InlineData("file:///deaf", -32602)]
    public async Task Subscribe_WhatCannotBe_SaysWhy(string uri, int code)
    {
        await using var world = await BridgeWorld.StartAsync(
            static fake =>
            {
                Configure(fake, FakeEra.Legacy);
                fake.AddResource("file:///untold");
                fake.Unwatchable.Add("file:///untold");
            },
            static fake =>
            {
                fake.OffersSubscriptions = false;
                fake.AddResource("file:///deaf");
            });
        var session = await world.OpenAsync(Legacy);

        var error = (await AskAsync(world, session, "resources/subscribe", uri)).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(code, error.GetRawText());
    }

    [Fact]
    public async Task Subscribe_WithoutASession_SaysThatItNeedsOne()
    {
        await using var world = await StartAsync(FakeEra.Legacy);

        var answer = await world.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"{{{Uri}}}"} }""", ("MCP-Protocol-Version", Legacy));

        var error = answer.Json.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-32600);
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("session");
    }

    [Fact]
    public async Task Subscribe_UpstreamDown_IsAnsweredWithItsFault()
    {
        await using var world = await StartAsync(FakeEra.Legacy);
        var session = await world.OpenAsync(Legacy);
        await world.Upstream.StopAsync();

        var error = (await AskAsync(world, session, "resources/subscribe", Uri)).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(-31001);
    }

    [Fact]
    public async Task Subscribe_ToMoreThanAllowed_IsRefused()
    {
        await using var world = await BridgeWorld.StartAsync(static fake =>
        {
            Configure(fake, FakeEra.Legacy);
            fake.AddTemplate("file:///many/{n}");
        });
        var session = await world.OpenAsync(Legacy);
        for (var number = 0; number < ISessionGrain.MaxSubscriptions; number++)
        {
            (await AskAsync(world, session, "resources/subscribe", $"file:///many/{number}")).TryGetProperty("result", out _).ShouldBeTrue();
        }

        (await AskAsync(world, session, "resources/subscribe", "file:///many/0")).TryGetProperty("result", out _).ShouldBeTrue();
        var error = (await AskAsync(world, session, "resources/subscribe", Uri)).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(-31004);
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("200");
    }

    [Theory]
    [BothEras]
    public async Task Subscription_MadeBeforeTheStreamIsOpen_HoldsOnEveryLaterOne(FakeEra era)
    {
        await using var world = await StartAsync(era);
        var session = await world.OpenAsync(Legacy);
        await AskAsync(world, session, "resources/subscribe", Uri);

        for (var round = 0; round < 2; round++)
        {
            await using var events = await GetAsync(world, session);
            await Eventually.TrueAsync(() => world.Upstream.Watched.Count == 1, "the upstream is asked");
            await world.Upstream.UpdateAsync(Uri);
            (await events.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
        }
    }

    [Theory]
    [BothEras]
    public async Task UpstreamThatComesBack_IsSubscribedToAgain(FakeEra era)
    {
        await using var world = await StartAsync(era);
        var session = await world.OpenAsync(Legacy);
        await using var stream = await GetAsync(world, session);
        await using var listen = await ListenAsync(world, Uri);
        await AskAsync(world, session, "resources/subscribe", Uri);

        await world.Upstream.StopAsync();
        await world.Upstream.RestartAsync();

        // What may have been missed counts as updated.
        (await stream.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
        (await listen.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
        await world.Upstream.UpdateAsync(Uri);
        (await stream.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
        (await listen.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
    }

    [Fact]
    public async Task SessionEnded_TheUpstreamsSessionEndsWithIt()
    {
        await using var world = await StartAsync(FakeEra.Legacy);
        var session = await world.OpenAsync(Legacy);
        await using var events = await GetAsync(world, session);
        await AskAsync(world, session, "resources/subscribe", Uri);
        var upstreamSession = world.Upstream.ReceivedOf("resources/subscribe")[0].SessionId.ShouldNotBeNull();

        using var deleted = await world.SendAsync(HttpMethod.Delete, $"/servers/{world.ServerId}/mcp", null, ("Mcp-Session-Id", session));

        ((int)deleted.StatusCode).ShouldBe(204);
        (await events.NextAsync()).ShouldBeNull();
        await Eventually.TrueAsync(() => !world.Upstream.SessionIds.Contains(upstreamSession), "the upstream's session is ended");
        await Eventually.TrueAsync(() => world.Upstream.Watched.Count == 0, "nothing is watched any more");
    }

    [Fact]
    public async Task ResourceTakenOutOfTheServer_IsToldOfNoMore()
    {
        await using var world = await BridgeWorld.StartAsync(
            static fake => Configure(fake, FakeEra.Legacy), static fake => Configure(fake, FakeEra.Legacy, "file:///other"));
        var session = await world.OpenAsync(Legacy);
        await using var stream = await GetAsync(world, session);
        await using var listen = await ListenAsync(world, Uri, "file:///other");
        await AskAsync(world, session, "resources/subscribe", Uri);
        await AskAsync(world, session, "resources/subscribe", "file:///other");

        var kept = (await world.Gateway.SendAsync("GET", "/gateways")).Json.EnumerateArray().Single(gateway => gateway.GetProperty("name").GetString() == "b");
        var edited = await world.Gateway.SendAsync(
            "PATCH", $"/servers/{world.ServerId}", JsonSerializer.Serialize(new { associated_gateways = new[] { kept.GetProperty("id").GetString() } }));
        edited.Status.ShouldBe(200, edited.Text);

        await Eventually.TrueAsync(() => world.Upstream.Watched.Count == 0, "the upstream is asked to tell no more");
        await world.Upstreams[1].UpdateAsync("file:///other");
        await stream.UpdatedAsync("file:///other");
        await listen.UpdatedAsync("file:///other");
    }

    [Fact]
    public async Task LogsOfTheSessionsConnection_ReachItsStreamFromItsLevelOn()
    {
        await using var world = await StartAsync(FakeEra.Legacy);
        var session = await world.OpenAsync(Legacy);
        await using var events = await GetAsync(world, session);
        await AskAsync(world, session, "logging/setLevel", level: "warning");
        (await AskAsync(world, session, "tools/call", name: "echo")).TryGetProperty("result", out _).ShouldBeTrue();
        var upstreamSession = world.Upstream.ReceivedOf("tools/call")[0].SessionId.ShouldNotBeNull();
        await Eventually.TrueAsync(() => world.Upstream.OpenStreams == 1, "the gateway listens to the session");

        await world.Upstream.SendToAsync(upstreamSession, Log("info", "too little"));
        await world.Upstream.SendToAsync(upstreamSession, Log("error", "enough"));

        (await events.NotificationAsync("notifications/message")).GetProperty("data").GetString().ShouldBe("enough");
    }

    [Fact]
    public async Task HttpSseClient_Subscribes_HearsOnItsStream()
    {
        await using var world = await StartAsync(FakeEra.Modern);
        await using var events = await EventSource.OpenAsync(
            world.Gateway.Client, EventSource.Request(HttpMethod.Get, $"/servers/{world.ServerId}/sse", world.Gateway.Token, null));
        var address = await events.DataAsync();

        using var posted = await world.SendAsync(
            HttpMethod.Post, address, $$$"""{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"{{{Uri}}}"} }""");
        ((int)posted.StatusCode).ShouldBe(202);

        (await events.NextAsync()).ShouldNotBeNull().GetProperty("result").GetRawText().ShouldBe("{}");
        await world.Upstream.UpdateAsync(Uri);
        (await events.NotificationAsync(Updated)).GetProperty("uri").GetString().ShouldBe(Uri);
    }

    [Theory]
    [InlineData(FakeEra.Legacy, true)]
    [InlineData(FakeEra.Modern, true)]
    [InlineData(FakeEra.Legacy, false)]
    public async Task Capabilities_SayWhetherAnyMemberTellsOfUpdates(FakeEra era, bool offers)
    {
        await using var world = await BridgeWorld.StartAsync(
            fake =>
            {
                Configure(fake, era);
                fake.OffersSubscriptions = offers;
            },
            static fake => fake.AddResource("file:///deaf"));

        foreach (var (revision, method) in ((string, string)[])[(Legacy, "initialize"), (BridgeWorld.Modern, "server/discover")])
        {
            var parameters = method == "initialize"
                ? $$"""{"protocolVersion":"{{revision}}","capabilities":{},"clientInfo":{"name":"raw","version":"1"} }"""
                : "{}";
            var resources = (await world.RequestAsync(revision, method, parameters)).GetProperty("result").GetProperty("capabilities").GetProperty("resources");
            resources.TryGetProperty("subscribe", out _).ShouldBe(offers);
        }
    }

    private static string Log(string level, string text) =>
        $$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"{{{level}}}","data":"{{{text}}}"}}""";

    private static Task<BridgeWorld> StartAsync(FakeEra era) => BridgeWorld.StartAsync(fake => Configure(fake, era));

    private static void Configure(FakeUpstream fake, FakeEra era) => Configure(fake, era, Uri);

    private static void Configure(FakeUpstream fake, FakeEra era, string uri)
    {
        fake.Era = era;
        fake.OffersSubscriptions = true;
        fake.OffersListChanged = false;
        fake.AddResource(uri);
    }

    private static Task<EventSource> GetAsync(BridgeWorld world, string session) => EventSource.OpenAsync(
        world.Gateway.Client,
        EventSource.Request(HttpMethod.Get, $"/servers/{world.ServerId}/mcp", world.Gateway.Token, null, ("Mcp-Session-Id", session)));

    private static async Task<EventSource> ListenAsync(BridgeWorld world, params string[] uris)
    {
        var events = await EventSource.ListenAsync(
            world.Gateway.Client, $"/servers/{world.ServerId}/mcp", world.Gateway.Token, JsonSerializer.Serialize(new { resourceSubscriptions = uris }));
        var acknowledged = await events.NotificationAsync("notifications/subscriptions/acknowledged");
        acknowledged.GetProperty("notifications").GetProperty("resourceSubscriptions").EnumerateArray().Select(uri => uri.GetString()).ShouldBe(uris);
        return events;
    }

    private static async Task<JsonElement> AskAsync(
        BridgeWorld world, string session, string method, string? uri = null, string? level = null, string? name = null)
    {
        var parameters = new[] { ("uri", uri), ("level", level), ("name", name) }.Where(part => part.Item2 is not null).ToDictionary(part => part.Item1, part => part.Item2);
        var answer = await world.PostAsync(
            JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = parameters }), ("Mcp-Session-Id", session), ("MCP-Protocol-Version", Legacy));
        return BridgeWorld.Messages(answer)[^1];
    }
}

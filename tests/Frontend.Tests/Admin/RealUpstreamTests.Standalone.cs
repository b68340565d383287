using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Admin;

/// <summary>MCP servers through the REST API, with a real one at the other end.</summary>
public sealed class RealUpstreamTests : IAsyncLifetime
{
    private RealGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await RealGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(FakeEra.Legacy, false, "legacy")]
    [InlineData(FakeEra.Modern, false, "modern")]
    [InlineData(FakeEra.Legacy, true, "legacy")]
    public async Task Create_ReachableServer_IsOnlineWithItsCatalog(FakeEra era, bool sse, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake =>
        {
            fake.Era = era;
            fake.AddTool("forecast");
            fake.AddPrompt("ask");
            fake.AddResource("weather://now");
        });

        var created = await CreateAsync("Weather", sse ? upstream.SseUrl : upstream.Url, sse ? "\"SSE\"" : "\"STREAMABLEHTTP\"");

        created.Status.ShouldBe(201, created.Text);
        created["state"].ShouldBe("online", created.Text);
        created["era"].ShouldBe(expected);
        created["toolCount"].ShouldBe("2");
        var tools = await _gateway.SendAsync("GET", $"/tools?gateway_id={created["id"]}");
        tools.Json.EnumerateArray().Select(tool => tool.GetProperty("name").GetString()).ShouldBe(["weather-echo", "weather-forecast"]);
        tools.Json[0].GetProperty("inputSchema").GetProperty("type").GetString().ShouldBe("object");
        (await _gateway.SendAsync("GET", "/prompts")).Json.GetArrayLength().ShouldBe(1);
        (await _gateway.SendAsync("GET", "/resources")).Json[0].GetProperty("uri").GetString().ShouldBe("weather://now");
    }

    [Fact]
    public async Task Create_UnreachableServer_SaysWhy()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await upstream.StopAsync();

        var created = await CreateAsync("Gone", upstream.Url);

        created.Status.ShouldBe(201, created.Text);
        created["state"].ShouldBe("offline");
        created["lastError"].ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Create_ServerWantsCredentials_SaysSoAndNeverShowsThem()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.RequiredHeader = ("Authorization", "Bearer s3cr3t"));

        var refused = await CreateAsync("Closed", upstream.Url);
        refused["state"].ShouldBe("needs-authorization", refused.Text);
        var changed = await _gateway.SendAsync("PATCH", $"/gateways/{refused["id"]}", """{"auth_type":"bearer","auth_token":"s3cr3t"}""");
        changed.Status.ShouldBe(200, changed.Text);
        var refreshed = await _gateway.SendAsync("POST", $"/gateways/{refused["id"]}/refresh");

        refreshed["state"].ShouldBe("online", refreshed.Text);
        refreshed.Text.ShouldNotContain("s3cr3t");
        (await _gateway.SendAsync("GET", "/audit")).Text.ShouldNotContain("s3cr3t");
    }

    [Fact]
    public async Task Create_BadSettings_AreNamedAndNothingIsMade()
    {
        var answer = await _gateway.SendAsync(
            "POST", "/gateways", """{"name":"","url":"ftp://h","auth_type":"bearer","timeout_seconds":0,"command":"npx"}""");

        answer.Status.ShouldBe(422);
        foreach (var field in new[] { "name", "url", "auth_token", "timeout_seconds", "command" })
        {
            answer.Error(field).ShouldNotBeEmpty();
        }

        (await _gateway.SendAsync("GET", "/gateways")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Import_TwoServersOneTakenName_ReportsOnEach()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await CreateAsync("taken", upstream.Url);

        var answer = await _gateway.SendAsync(
            "POST", "/gateways/import", $$$"""{"mcpServers":{"taken":{"url":"{{{upstream.Url}}}"},"fresh":{"type":"http","url":"{{{upstream.Url}}}"} } }""");

        answer.Status.ShouldBe(200);
        answer.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetString()).ShouldBe(["failed", "created"]);
        answer.Json.GetProperty("results")[0].GetProperty("errors").TryGetProperty("name", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Test_Settings_SavesNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();

        var probe = await _gateway.SendAsync("POST", "/gateways/test", $$"""{"name":"try","url":"{{upstream.Url}}"}""");

        probe["success"].ShouldBe("True", probe.Text);
        probe["toolCount"].ShouldBe("1");
        (await _gateway.SendAsync("GET", "/gateways")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task VirtualServer_ChosenAndRenamedTools_AreWhatItExposes()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.AddTool("forecast"));
        await CreateAsync("Weather", upstream.Url);

        var server = await _gateway.SendAsync(
            "POST",
            "/servers",
            """{"server":{"name":"Mine","associated_tools":["weather-forecast","weather-echo"],"tools":{"weather-echo":{"name":"repeat","description":"Says it again"}}}}""");

        server.Status.ShouldBe(201, server.Text);
        var names = server.Json.GetProperty("associatedTools").EnumerateArray().Select(name => name.GetString()).ToArray();
        names.ShouldContain("repeat");
        var tools = await _gateway.SendAsync("GET", $"/servers/{server["id"]}/tools");
        tools.Json.EnumerateArray().Select(tool => tool.GetProperty("name").GetString()).ShouldBe(names, ignoreOrder: true);
        tools.Json.EnumerateArray().ShouldContain(tool => tool.GetProperty("originalName").GetString() == "echo"
            && tool.GetProperty("gatewayName").GetString() == "Weather"
            && tool.GetProperty("definition").GetProperty("x-vendor").GetProperty("kept").GetBoolean());
    }

    [Fact]
    public async Task Delete_Server_TakesItsToolsAlong()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var created = await CreateAsync("Weather", upstream.Url);
        await _gateway.SendAsync("POST", $"/gateways/{created["id"]}/state?activate=false");
        (await _gateway.SendAsync("GET", $"/gateways/{created["id"]}"))["state"].ShouldBe("disabled");

        (await _gateway.SendAsync("DELETE", $"/gateways/{created["id"]}")).Status.ShouldBe(200);

        (await _gateway.SendAsync("GET", "/tools")).Json.GetArrayLength().ShouldBe(0);
        (await _gateway.SendAsync("GET", $"/gateways/{created["id"]}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Tool_SwitchedOffAndTagged_IsShownSo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await CreateAsync("Weather", upstream.Url);
        var id = (await _gateway.SendAsync("GET", "/tools")).Json[0].GetProperty("id").GetString();

        (await _gateway.SendAsync("PATCH", $"/tools/{id}", """{"enabled":false,"tags":["daily"]}"""))["enabled"].ShouldBe("False");

        (await _gateway.SendAsync("GET", "/tools?tag=daily&enabled=false")).Json.GetArrayLength().ShouldBe(1);
        (await _gateway.SendAsync("GET", "/tools?include_inactive=false")).Json.GetArrayLength().ShouldBe(0);
    }

    private Task<ApiAnswer> CreateAsync(string name, string url, string transport = "null") =>
        _gateway.SendAsync("POST", "/gateways", $$"""{"name":"{{name}}","url":"{{url}}","transport":{{transport}}}""").Soon();
}

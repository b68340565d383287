using System.Diagnostics;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Admin;

/// <summary>The REST API over the real grains and a real SQLite file.</summary>
public sealed class RealGatewayTests : IAsyncLifetime
{
    private RealGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await RealGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task SignIn_Administrator_MayDoEverything()
    {
        var me = await _gateway.SendAsync("GET", "/users/me");

        me["email"].ShouldBe(RealGateway.Email);
        me["isAdmin"].ShouldBe("True");
        var users = await _gateway.SendAsync("GET", "/users");
        users.Json.EnumerateArray().ShouldHaveSingleItem().GetProperty("email").GetString().ShouldBe(RealGateway.Email);
        (await _gateway.SendAsync("GET", "/ready", token: "")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task SignIn_WrongPassword_IsRefused()
    {
        var answer = await _gateway.SendAsync("POST", "/auth/login", $$"""{"email":"{{RealGateway.Email}}","password":"wrong"}""", token: "");

        answer.Status.ShouldBe(401);
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedWithinASecondOrSo()
    {
        var (id, token) = await CreateTokenAsync("""{"name":"agent","scope":{"permissions":["tokens.read"]}}""");
        (await _gateway.SendAsync("GET", "/users/me", token: token)).Status.ShouldBe(200);
        (await _gateway.SendAsync("GET", "/users/me", token: token)).Status.ShouldBe(200);

        (await _gateway.SendAsync("DELETE", $"/tokens/{id}")).Status.ShouldBe(204);
        var clock = Stopwatch.StartNew();
        var status = 200;
        while (status == 200 && clock.Elapsed < Eventually.Patience)
        {
            status = (await _gateway.SendAsync("GET", "/users/me", token: token)).Status;
        }

        status.ShouldBe(401);
        (await _gateway.SendAsync("GET", $"/tokens/{id}"))["isRevoked"].ShouldBe("True");
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"t","expires_in_days":0}""", "expires_in_days")]
    [InlineData("""{"name":"t","scope":{"permissions":["tools.fly"]}}""", "permissions")]
    [InlineData("""{"name":"t","scope":{"ip_restrictions":["10.0.0.1/8"]}}""", "ip_restrictions")]
    [InlineData("""{"name":"t","scope":{"server_id":"nowhere"}}""", "server_ids")]
    public async Task Token_BadField_IsNamed(string body, string field)
    {
        var answer = await _gateway.SendAsync("POST", "/tokens", body);

        answer.Status.ShouldBe(422);
        answer.Error(field).ShouldNotBeEmpty();
        (await _gateway.SendAsync("GET", "/tokens")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Token_Scope_LimitsWhatItMayDoAndFromWhere()
    {
        var (_, reader) = await CreateTokenAsync("""{"name":"reader","scope":{"permissions":["servers.read"]}}""");
        var (_, elsewhere) = await CreateTokenAsync("""{"name":"elsewhere","scope":{"ip_restrictions":["10.0.0.0/8"]}}""");

        (await _gateway.SendAsync("POST", "/servers", """{"name":"s"}""", reader)).Status.ShouldBe(403);
        (await _gateway.SendAsync("GET", "/servers", token: reader)).Status.ShouldBe(200);
        (await _gateway.SendAsync("GET", "/servers", token: elsewhere)).Status.ShouldBe(403);
        (await _gateway.SendAsync("GET", "/metrics", token: reader)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Server_WholeLife_IsKeptAndAudited()
    {
        var created = await _gateway.SendAsync("POST", "/servers", """{"name":"Everyday","associated_tags":["daily"],"visibility":"public"}""");
        created.Status.ShouldBe(201);
        var path = $"/servers/{created["id"]}";

        var twin = await _gateway.SendAsync("POST", "/servers", """{"name":"Everyday"}""");
        twin.Status.ShouldBe(409);
        twin.Error("name").ShouldNotBeEmpty();
        (await _gateway.SendAsync("POST", "/servers", """{"name":"Other","associated_tools":["no-such"]}""")).Error("associated_tools").ShouldContain("no-such");
        (await _gateway.SendAsync("PATCH", path, """{"description":"for all"}"""))["description"].ShouldBe("for all");
        (await _gateway.SendAsync("POST", path + "/state?activate=false"))["enabled"].ShouldBe("False");
        (await _gateway.SendAsync("GET", path + "/tools")).Status.ShouldBe(200);
        (await _gateway.SendAsync("GET", path + "/config")).Text.ShouldContain($"{path}/mcp");
        (await _gateway.SendAsync("DELETE", path)).Status.ShouldBe(200);
        (await _gateway.SendAsync("GET", path)).Status.ShouldBe(404);

        var audit = await _gateway.SendAsync("GET", $"/audit?target_id={created["id"]}");
        audit.Json.EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).ShouldBe(
            ["servers.delete", "servers.update", "servers.update", "servers.create"]);
    }

    [Fact]
    public async Task Servers_ManyPages_AreFollowedToTheEnd()
    {
        for (var i = 0; i < 5; i++)
        {
            (await _gateway.SendAsync("POST", "/servers", $$"""{"name":"s{{i}}","description":"paged"}""")).Status.ShouldBe(201);
        }

        var names = new List<string?>();
        var path = "/servers?limit=2&q=paged";
        while (path is not null)
        {
            var page = await _gateway.SendAsync("GET", path);
            names.AddRange(page.Json.EnumerateArray().Select(server => server.GetProperty("name").GetString()));
            page.Headers["X-Total-Count"].ShouldBe("5");
            path = page.Headers.GetValueOrDefault("Link") is { } link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        names.ShouldBe(["s0", "s1", "s2", "s3", "s4"]);
        (await _gateway.SendAsync("GET", "/servers?cursor=made-up")).Error("cursor").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Metrics_BeforeAnyCall_AreZero()
    {
        var metrics = await _gateway.SendAsync("GET", "/metrics");

        metrics.Status.ShouldBe(200);
        metrics.Json.GetProperty("totals").GetProperty("calls").GetInt64().ShouldBe(0);
    }

    private async Task<(string Id, string Token)> CreateTokenAsync(string body)
    {
        var answer = await _gateway.SendAsync("POST", "/tokens", body);
        answer.Status.ShouldBe(201, answer.Text);
        return (answer.Json.GetProperty("token").GetProperty("id").GetString()!, answer["access_token"]!);
    }
}

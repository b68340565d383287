using System.Net;
using System.Text;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Bad input to the REST API: a precise problem, and nothing half-written.</summary>
public class RestErrorTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"x"}""", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Body_Unreadable_IsAProblemThatSaysWhy(string body, string contentType, HttpStatusCode status)
    {
        var gateway = shared.World.Gateway;

        foreach (var path in new[] { "/gateways", "/servers", "/tokens", "/gateways/import", "/gateways/test" })
        {
            var answer = await gateway.Admin.SendAsync(HttpMethod.Post, path, body, contentType);
            answer.Status.ShouldBe(status, path);
            answer.ContentType.ShouldBe("application/problem+json");
            answer.Text("detail").ShouldNotBeNullOrWhiteSpace();
            answer.Text("requestId").ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Theory]
    [InlineData("/gateways", """{"url":"http://127.0.0.1:1/mcp"}""", "name", "needed")]
    [InlineData("/gateways", """{"name":7,"url":"http://127.0.0.1:1/mcp"}""", "name", "text")]
    [InlineData("/gateways", """{"name":"a"}""", "url", "url")]
    [InlineData("/gateways", """{"name":"a","url":"ftp://host/mcp"}""", "url", "http")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","transport":"CARRIER-PIGEON"}""", "transport", "STDIO")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","timeout_seconds":0}""", "timeout_seconds", "1")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","timeout_seconds":"long"}""", "timeout_seconds", "number")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","no_such_field":1}""", "no_such_field", "not a field")]
    [InlineData("/gateways", """{"name":"a","transport":"STDIO"}""", "command", "command")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","command":"node"}""", "command", "")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","auth_type":"bearer"}""", "auth_token", "")]
    [InlineData("/gateways", """{"name":"a","url":"http://127.0.0.1:1/mcp","auth_type":"headers","auth_headers":{"Mcp-Session-Id":"x"}}""", "auth_headers", "Mcp-Session-Id")]
    [InlineData("/servers", """{"name":""}""", "name", "needed")]
    [InlineData("/servers", """{"name":"a","associated_gateways":["nope"]}""", "associated_gateways", "nope")]
    [InlineData("/servers", """{"name":"a","associated_tools":["nope"]}""", "associated_tools", "nope")]
    [InlineData("/servers", """{"name":"a","separator":"###"}""", "separator", "one of")]
    [InlineData("/servers", """{"name":"a","visibility":"secret"}""", "visibility", "private")]
    [InlineData("/tokens", """{"name":"a","expires_in_days":0}""", "expires_in_days", "1")]
    [InlineData("/tokens", """{"name":"a","expires_in_days":1,"expires_in_minutes":5}""", "expires_in_minutes", "not both")]
    [InlineData("/tokens", """{"name":"a","scope":{"permissions":["fly"]}}""", "permissions", "fly")]
    [InlineData("/tokens", """{"name":"a","scope":{"server_ids":["nope"]}}""", "server_ids", "nope")]
    [InlineData("/tokens", """{"name":"a","scope":{"ip_restrictions":["300.1.2.3/8"]}}""", "ip_restrictions", "300.1.2.3/8")]
    public async Task Field_BreaksARule_IsNamedWithTheRule(string path, string body, string field, string rule)
    {
        var gateway = shared.World.Gateway;
        var before = (await gateway.Admin.GetAsync(path)).Json.GetArrayLength();

        var answer = await gateway.Admin.SendAsync(HttpMethod.Post, path, body);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.Body);
        answer.Json.GetProperty("errors").EnumerateObject().ShouldContain(error => error.Name.EndsWith(field, StringComparison.Ordinal), answer.Body);
        answer.Body.ShouldContain(rule);
        (await gateway.Admin.GetAsync(path)).Json.GetArrayLength().ShouldBe(before, "nothing is half-written");
    }

    [Fact]
    public async Task Names_GivenTwice_AreRefusedAndTheFirstStays()
    {
        var world = shared.World;

        var gateway = await world.Gateway.Admin.PostAsync("/gateways", new { name = "FAKE", url = world.Fake.Url });
        var server = await world.Gateway.Admin.PostAsync("/servers", new { name = "small" });

        gateway.Expect(HttpStatusCode.Conflict).ShouldNameField("name", "");
        server.Expect(HttpStatusCode.Conflict).ShouldNameField("name", "");
        (await world.Gateway.Admin.GetAsync("/gateways")).Json.GetArrayLength().ShouldBe(1);
        (await world.Mcp().ListToolNamesAsync()).ShouldBe(["echo"]);
    }

    [Theory]
    [InlineData("GET", "/gateways/nope")]
    [InlineData("DELETE", "/gateways/nope")]
    [InlineData("POST", "/gateways/nope/refresh")]
    [InlineData("GET", "/gateways/nope/logs")]
    [InlineData("GET", "/servers/nope")]
    [InlineData("DELETE", "/servers/nope")]
    [InlineData("GET", "/servers/nope/config")]
    [InlineData("GET", "/tokens/nope")]
    [InlineData("DELETE", "/tokens/nope")]
    [InlineData("GET", "/tools/nope")]
    [InlineData("GET", "/no/such/path")]
    public async Task Id_Unknown_Is404WithAProblem(string method, string path)
    {
        var gateway = shared.World.Gateway;

        var answer = await gateway.Admin.SendAsync(new HttpMethod(method), path);

        answer.Status.ShouldBe(HttpStatusCode.NotFound, answer.Body);
        answer.ContentType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Body_TooLarge_Is413EverywhereAndTheLimitIsNamed()
    {
        await using var gateway = await GatewayHost.StartAsync(static builder => builder.Configuration["Http:MaxRequestBodyBytes"] = "10000");
        var server = await gateway.Admin.ComposeAsync("empty");
        var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
        var padding = new string('x', 20_000);

        var rest = await gateway.Admin.PostAsync("/servers", new { name = "a", description = padding });
        var mcp = await gateway.Mcp(server, token).RequestAsync("tools/call", new { name = "a", arguments = new { padding } });

        rest.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        rest.Text("detail").ShouldContain("10000");
        mcp.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        mcp.ErrorMessage.ShouldContain("10000");
        (await gateway.Admin.GetAsync("/servers")).Json.GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(FakeFault.WrongContentType)]
    [InlineData(FakeFault.Garbage)]
    [InlineData(FakeFault.ServerError)]
    [InlineData(FakeFault.Empty)]
    [InlineData(FakeFault.Huge)]
    [InlineData(FakeFault.CutBody)]
    [InlineData(FakeFault.Redirect)]
    public async Task Test_OfALyingServer_SaysWhatIsWrongAndSavesNothing(FakeFault fault)
    {
        await using var fake = await FakeUpstream.StartAsync(upstream => upstream.Fail("*", fault));
        var gateway = shared.World.Gateway;

        var probe = (await gateway.Admin.PostAsync("/gateways/test", new { name = "lying", url = fake.Url })).Expect(HttpStatusCode.OK);

        probe.Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        probe.Text("error").ShouldNotBeNullOrWhiteSpace();
        (await gateway.Admin.GetAsync("/gateways")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Secrets_AreNeverShown()
    {
        await using var fake = await FakeUpstream.StartAsync(static upstream => upstream.RequiredHeader = ("Authorization", "Bearer top-secret-1"));
        await using var gateway = await GatewayHost.StartAsync();

        var created = await gateway.Admin.PostAsync("/gateways", new { name = "guarded", url = fake.Url, auth_type = "bearer", auth_token = "top-secret-1" });
        var listed = await gateway.Admin.GetAsync("/gateways");
        var audit = await gateway.Admin.GetAsync("/audit");

        created.Text("state").ShouldBe("online");
        (created.Body + listed.Body + audit.Body).ShouldNotContain("top-secret-1");
        var stored = await gateway.Storage.DumpAsync();
        stored.AsSpan().IndexOf("guarded"u8).ShouldBeGreaterThan(0);
        stored.AsSpan().IndexOf("top-secret-1"u8).ShouldBe(-1);
        stored.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexStringLower("top-secret-1"u8))).ShouldBe(-1);
    }

    [Fact]
    public async Task SignIn_WrongPassword_IsRefusedAndSlowedDown()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var nobody = new RestApi(gateway.Http, bearer: null);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 30; attempt++)
        {
            statuses.Add((await nobody.PostAsync("/auth/login", new { email = GatewayHost.Email, password = "wrong" })).Status);
        }

        statuses[0].ShouldBe(HttpStatusCode.Unauthorized);
        statuses[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        (await nobody.GetAsync("/gateways")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }
}

using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class GatewayEndpointsTests
{
    [Theory]
    [InlineData("/gateways")]
    [InlineData("/v1/gateways")]
    public async Task Create_DiscoveryOver_IsCreatedAndShowsNoSecret(string path)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(path, """{"name":"Weather","url":"http://h/mcp","auth_type":"bearer","auth_token":"s3cr3t"}""");

        answer.Status.ShouldBe(201);
        answer.Headers["Location"].ShouldBe("/gateways/gw-1");
        answer["state"].ShouldBe("online");
        answer["transport"].ShouldBe("STREAMABLEHTTP");
        answer["toolCount"].ShouldBe("2");
        answer["reachable"].ShouldBe("True");
        answer.Text.ShouldNotContain("s3cr3t");
    }

    [Fact]
    public async Task Create_AllFields_ReachTheGrain()
    {
        await using var host = await ApiHost.StartAsync();

        await host.PostAsync(
            "/gateways",
            """
            {"name":"n","description":"d","transport":"stdio","command":"npx","args":["-y","x"],"env":{"A":"1"},"cwd":"/tmp","auth_type":"authheaders",
             "auth_headers":[{"key":"X-A","value":"1"}],"auth_header_key":"X-B","auth_header_value":"2","auth_username":"u","auth_password":"p",
             "tags":["t"],"visibility":"team","team_id":"t-1","enabled":false,"sharing":"shared","drift_policy":"block","timeout_seconds":5}
            """);

        var input = host.Grains.Catalog.UpstreamInput.ShouldNotBeNull();
        input.Transport.ShouldBe(TransportKind.Stdio);
        input.Arguments.ShouldBe(["-y", "x"]);
        input.Environment!["A"].ShouldBe("1");
        input.Auth.ShouldBe(AuthKind.Headers);
        input.AuthHeaders.ShouldBe(new Dictionary<string, string> { ["X-A"] = "1", ["X-B"] = "2" }, ignoreOrder: true);
        (input.Command, input.WorkingFolder, input.AuthUsername, input.AuthPassword).ShouldBe(("npx", "/tmp", "u", "p"));
        input.Tags.ShouldBe(["t"]);
        (input.Sharing, input.Drift, input.Enabled, input.TimeoutSeconds).ShouldBe((SharingMode.Shared, DriftPolicy.Block, false, 5));
    }

    [Fact]
    public async Task Create_DiscoveryRuns_IsFollowedUntilItIsOver()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Upstream = host.Grains.Catalog.Upstream with { State = UpstreamState.Pending };

        var request = host.PostAsync("/gateways", """{"name":"Weather","url":"http://h/mcp"}""");
        await Eventually.TrueAsync(() => host.Grains.Catalog.UpstreamInputs.Count == 1, "it is created");
        request.IsCompleted.ShouldBeFalse();
        host.Grains.Catalog.Upstream = host.Grains.Catalog.Upstream with { State = UpstreamState.Offline, LastError = "refused" };
        host.Grains.Upstream.Discovered.SetResult(UpstreamGrain.Status(UpstreamState.Offline));

        var answer = await request;
        answer.Status.ShouldBe(201);
        answer["state"].ShouldBe("offline");
        answer["lastError"].ShouldBe("refused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?wait=3")]
    [InlineData("?wait=0")]
    public async Task Create_DiscoveryTakesLonger_IsAccepted(string query)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Upstream = host.Grains.Catalog.Upstream with { State = UpstreamState.Pending };

        var request = host.PostAsync("/gateways" + query, """{"name":"Weather","url":"http://h/mcp"}""");
        await Eventually.TrueAsync(
            () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(1));
                return request.IsCompleted;
            },
            "the time is up");

        var answer = await request;
        answer.Status.ShouldBe(202);
        answer["state"].ShouldBe("pending");
    }

    [Theory]
    [InlineData("?wait=21")]
    [InlineData("?wait=-1")]
    [InlineData("?wait=soon")]
    public async Task Create_WaitOutOfRange_IsRefusedBeforeAnythingIsMade(string query)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/gateways" + query, """{"name":"Weather"}""");

        answer.Status.ShouldBe(422);
        answer.Error("wait").ShouldContain("0 to 20");
        host.Grains.Catalog.UpstreamInputs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_NameTaken_IsAConflict()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/gateways", """{"name":"taken"}""");

        answer.Status.ShouldBe(409);
        answer.Error("name").ShouldBe("is taken.");
    }

    [Fact]
    public async Task List_Filters_ReachTheGrainAndTheNextPageIsLinked()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/v1/gateways?q=wea&tag=a&state=online&transport=sse&teamId=t-1&enabled=true&limit=1");

        answer.Status.ShouldBe(200);
        answer.Json.GetArrayLength().ShouldBe(1);
        answer.Headers["X-Total-Count"].ShouldBe("2");
        var next = answer.Headers["Link"];
        next.ShouldStartWith("</v1/gateways?q=wea&tag=a&");
        next.ShouldEndWith("&limit=1&cursor=next%20one>; rel=\"next\"");
        host.Grains.Catalog.Query.ShouldBe(
            new UpstreamQuery("wea", "a", UpstreamState.Online, TransportKind.Sse, "t-1", true));

        var last = await host.GetAsync(next[1..next.IndexOf('>', StringComparison.Ordinal)]);
        last.Headers.ContainsKey("Link").ShouldBeFalse();
        host.Grains.Catalog.Page.ShouldBe(new PageRequest(1, "next one"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("state=broken", "state")]
    [InlineData("enabled=perhaps", "enabled")]
    public async Task List_BadParameter_IsNamed(string query, string field)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/gateways?" + query);

        answer.Status.ShouldBe(422);
        answer.Error(field).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task List_ParameterOfContextForge_WorksOrIsNamed()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/gateways?include_inactive=false&include_pagination=true");

        answer.Status.ShouldBe(200);
        answer.Headers["Warning"].ShouldContain("Ignored parameters: include_pagination");
        host.Grains.Catalog.Query.ShouldBe(new UpstreamQuery(null, null, null, null, null, true));
    }

    [Fact]
    public async Task One_KnownAndUnknown()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync("/gateways/gw-1"))["name"].ShouldBe("Weather");
        (await host.GetAsync("/gateways/gw-2")).Status.ShouldBe(404);
        (await host.GetAsync("/gateways/gw-1", token: "")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Update_Partial_LeavesTheRestOut(string method)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync(method, "/gateways/gw-1", """{"gateway":{"description":"new","name":null}}""")).Status.ShouldBe(200);

        host.Grains.Catalog.UpstreamInput.ShouldBe(new UpstreamInput { Description = "new" });
        (await host.SendAsync(method, "/gateways/gw-2", "{}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/gateways/gw-1/state?activate=false", "False")]
    [InlineData("/gateways/gw-1/toggle?activate=true", "True")]
    [InlineData("/gateways/gw-1/state", "True")]
    public async Task State_Activate_SwitchesIt(string path, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync("POST", path);

        answer.Status.ShouldBe(200);
        answer["enabled"].ShouldBe(expected);
        (await host.SendAsync("POST", "/gateways/gw-1/state?activate=2")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Delete_Known_SaysSo()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("DELETE", "/gateways/gw-1"))["status"].ShouldBe("success");
        (await host.SendAsync("DELETE", "/gateways/gw-2")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/gateways/gw-1/refresh")]
    [InlineData("/gateways/gw-1/tools/refresh")]
    public async Task Refresh_Over_ShowsTheServer(string path)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Upstream.Discovered.SetResult(UpstreamGrain.Status(UpstreamState.Online));

        (await host.SendAsync("POST", path)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Refresh_NotOverInTime_IsAccepted()
    {
        await using var host = await ApiHost.StartAsync();

        var request = host.SendAsync("POST", "/gateways/gw-1/refresh?wait=1");
        await Eventually.TrueAsync(
            () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(1));
                return request.IsCompleted;
            },
            "the time is up");

        (await request).Status.ShouldBe(202);
    }

    [Theory]
    [InlineData("POST", "/gateways/gw-1/refresh")]
    [InlineData("GET", "/gateways/gw-1/logs")]
    public async Task UpstreamGrain_CallerMayNotChangeTheServer_IsNotReached(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync(method, path, token: host.Grains.Access.AddToken(AccessWorld.Viewer))).Status.ShouldBe(403);
        (await host.SendAsync(method, path.Replace("gw-1", "gw-2", StringComparison.Ordinal))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Logs_OfAProcess_AreRead()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/gateways/gw-1/logs");

        answer.Json[0].GetProperty("text").GetString().ShouldBe("listening");
    }

    [Fact]
    public async Task Test_Settings_ShowsWhatWasFound()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/gateways/test", """{"url":"http://h/mcp"}""");

        answer.Status.ShouldBe(200);
        answer["success"].ShouldBe("True");
        answer["latencyMs"].ShouldBe("12.5");
        host.Grains.Catalog.Refusal = Refusal.Invalid("url", "is required.");
        (await host.PostAsync("/gateways/test", "{}")).Error("url").ShouldBe("is required.");
    }
}

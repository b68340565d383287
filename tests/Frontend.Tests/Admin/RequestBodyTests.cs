using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("""{"name":"W","url":"http://h/mcp","auth_type":"bearer","auth_token":"t","team_id":"t-1","refresh_interval_seconds":60}""")]
    [InlineData("""{"name":"W","url":"http://h/mcp","authType":"BEARER","authToken":"t","teamId":"t-1","refreshIntervalSeconds":60}""")]
    [InlineData("""{"gateway":{"name":"W","url":"http://h/mcp","auth_type":"bearer","auth_token":"t","refreshIntervalSeconds":60},"team_id":"t-1"}""")]
    [InlineData("""{"gateway":{"name":"W","url":"http://h/mcp","auth_type":"bearer","auth_token":"t","team_id":"t-1","refreshIntervalSeconds":60},"teamId":"t-1"}""")]
    public async Task Body_EitherNaming_FlatOrWrapped_MeansTheSame(string body)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/gateways", body)).Status.ShouldBe(201);

        host.Grains.Catalog.UpstreamInput.ShouldBe(new UpstreamInput
        {
            Name = "W",
            Url = "http://h/mcp",
            Auth = AuthKind.Bearer,
            AuthToken = "t",
            TeamId = "t-1",
            RefreshSeconds = 60,
        });
    }

    [Fact]
    public async Task Body_ManyMistakes_AreNamedAllAtOnce()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(
            "/gateways",
            """
            {"name":7,"transport":"carrier-pigeon","args":["a",1],"env":{"A":2},"enabled":"yes","timeout_seconds":1.5,"visibility":null,
             "auth_headers":[{"key":"a","value":"b"},{"key":"c"}],"nonsense":1,"cwd":["x"],"tags":{}}
            """);

        answer.Status.ShouldBe(422);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Error("name").ShouldBe("must be a text. It is the number 7.");
        answer.Error("transport").ShouldContain("STREAMABLEHTTP, SSE, STDIO");
        answer.Error("args[1]").ShouldContain("text");
        answer.Error("env.A").ShouldContain("text");
        answer.Error("enabled").ShouldContain("true or false");
        answer.Error("timeout_seconds").ShouldContain("whole number");
        answer.Error("auth_headers[1]").ShouldContain("key and value");
        answer.Error("nonsense").ShouldContain("not a field");
        answer.Error("cwd").ShouldContain("It is a list.");
        answer.Error("tags").ShouldContain("list of texts");
        host.Grains.Catalog.UpstreamInputs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"auth_type":"bearer","authType":"basic"}""", "authType")]
    [InlineData("""{"gateway":{"team_id":"a"},"team_id":"b"}""", "team_id")]
    public async Task Body_FieldGivenTwiceDifferently_IsRefused(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/gateways", body)).Error(field).ShouldContain("twice");
    }

    [Fact]
    public async Task Body_FieldsOfContextForgeThatWeLack_AreIgnoredAndNamed()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/gateways", """{"name":"W","passthrough_headers":["a"],"gatewayMode":"cache"}""");

        answer.Status.ShouldBe(201);
        answer.Headers["Warning"].ShouldBe("199 mcpgateway \"Ignored fields: gatewayMode, passthrough_headers\"");
    }

    [Theory]
    [InlineData("{\"name\":\"a\",\n  \"url\": }", "line 2, byte 10")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"env":{"A":"1","A":"2"}}""", "A")]
    [InlineData("""["a"]""", "must be a JSON object")]
    [InlineData("", "not valid JSON")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("""{"name":"a"} trailing""", "not valid JSON")]
    public async Task Body_Malformed_IsABadRequestThatSaysWhere(string body, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/gateways", body);

        answer.Status.ShouldBe(400);
        answer.Detail.ShouldContain(expected);
    }

    [Fact]
    public async Task Body_NestedTooDeep_IsABadRequest()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/gateways", string.Concat(Enumerable.Repeat("""{"a":""", 100)))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("application/merge-patch+json", 201)]
    public async Task Body_ContentType_MustBeJson(string contentType, int expected)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("POST", "/gateways", """{"name":"a"}""", contentType: contentType)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_OverTheLimit_IsTooLarge(bool lengthIsSaid)
    {
        await using var host = await ApiHost.StartAsync(("Http:MaxRequestBodyBytes", "2000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gateways")
        {
            Content = new StringContent($$"""{"description":"{{new string('x', 3000)}}"}""", null, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", host.Token);
        request.Headers.TransferEncodingChunked = !lengthIsSaid;

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(413);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("2000 bytes");
        host.Grains.Catalog.UpstreamInputs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Body_RestrictionsThatWeLack_AreRefusedUnlessEmpty()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/tokens", """{"name":"t","scope":{"time_restrictions":{"from":"9"},"usage_limits":{}},"user_email":"a@b.c"}""");

        answer.Status.ShouldBe(422);
        answer.Error("scope.time_restrictions").ShouldContain("lift the restriction");
        answer.Error("user_email").ShouldNotBeEmpty();
        answer.Json.GetProperty("errors").TryGetProperty("scope.usage_limits", out _).ShouldBeFalse();
        host.Grains.Access.LastTokenInput.ShouldBeNull();
    }

    [Fact]
    public async Task Body_CommaText_IsAListWhereScriptsWriteSo()
    {
        await using var host = await ApiHost.StartAsync();

        await host.PostAsync("/servers", """{"name":"s","associated_tools":"a, b","tags":["x"]}""");

        host.Grains.Catalog.ServerInput!.Tools.ShouldBe(["a", "b"]);
        host.Grains.Catalog.ServerInput.Tags.ShouldBe(["x"]);
    }

    [Fact]
    public async Task Body_Empty_ChangesNothingButIsRead()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("PATCH", "/gateways/gw-1", "{}")).Status.ShouldBe(200);

        host.Grains.Catalog.UpstreamInput.ShouldBe(new UpstreamInput());
    }

    [Fact]
    public async Task Options_OutOfRange_StopTheStart()
    {
        var failure = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => ApiHost.StartAsync(("Http:MaxRequestBodyBytes", "1"), ("Http:PublicUrl", "nowhere"), ("Http:StopDelay", "00:10:00")));

        failure.Failures.Count().ShouldBe(3);
        failure.Failures.ShouldAllBe(message => message.StartsWith("Http:", StringComparison.Ordinal));
    }
}

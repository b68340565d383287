using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class ServerEndpointsTests
{
    [Fact]
    public async Task Create_AllFields_ReachTheGrainAndTheAnswerNamesTheEndpoints()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(
            "/servers",
            """
            {"server":{"name":"s","description":"d","associatedTools":["a"],"associated_resources":["r"],"associated_prompts":["p"],
             "associated_gateways":["g"],"associated_tags":["t"],"tools":{"a":{"name":"b","description":"c"}},"tags":["x"],"visibility":"team",
             "anonymous":false,"enabled":true,"instructions":"i","separator":"_","icon":"http://i"},"team_id":"t-1"}
            """);

        answer.Status.ShouldBe(201);
        answer.Headers["Location"].ShouldBe("/servers/srv-1");
        answer.Headers["Warning"].ShouldContain("icon");
        answer.Json.GetProperty("associatedTools")[0].GetString().ShouldBe("weather-now");
        answer.Json.GetProperty("tools").GetProperty("item-1").GetProperty("name").GetString().ShouldBe("weather-now");
        answer["visibility"].ShouldBe("team");
        answer.Json.GetProperty("endpoints").GetProperty("mcp").GetString().ShouldBe(new Uri(host.Client.BaseAddress!, "/servers/srv-1/mcp").ToString());
        var input = host.Grains.Catalog.ServerInput.ShouldNotBeNull();
        input.Tools.ShouldBe(["a"]);
        input.Resources.ShouldBe(["r"]);
        input.Prompts.ShouldBe(["p"]);
        input.Gateways.ShouldBe(["g"]);
        input.ItemTags.ShouldBe(["t"]);
        input.Overrides!["a"].ShouldBe(new ItemOverride("b", "c"));
        (input.Visibility, input.TeamId, input.Anonymous, input.Separator).ShouldBe((Visibility.Team, "t-1", false, "_"));
    }

    [Theory]
    [InlineData("""{"tools":{"a":"b"}}""", "tools.a")]
    [InlineData("""{"tools":{"a":{"title":"b"}}}""", "tools.a.title")]
    [InlineData("""{"tools":[]}""", "tools")]
    [InlineData("""{"associated_tools":[1]}""", "associated_tools[0]")]
    [InlineData("""{"visibility":"everybody"}""", "visibility")]
    [InlineData("""{"server":{"nme":"x"}}""", "nme")]
    [InlineData("""{"server":{"name":"x"},"srv":1}""", "srv")]
    public async Task Create_BadField_IsNamed(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/servers", body);

        answer.Status.ShouldBe(422);
        answer.Error(field).ShouldNotBeEmpty();
        host.Grains.Catalog.ServerInput.ShouldBeNull();
    }

    [Fact]
    public async Task List_One_Update_State_Delete()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync("/servers?q=e&tag=t&team_id=t-1&enabled=true")).Json[0].GetProperty("id").GetString().ShouldBe("srv-1");
        host.Grains.Catalog.Query.ShouldBe(new ServerQuery("e", "t", "t-1", true));
        (await host.GetAsync("/v1/servers/srv-1"))["name"].ShouldBe("Everyday");
        (await host.SendAsync("PATCH", "/servers/srv-1", """{"description":"n"}""")).Status.ShouldBe(200);
        host.Grains.Catalog.ServerInput.ShouldBe(new ServerInput { Description = "n" });
        (await host.SendAsync("POST", "/servers/srv-1/state?activate=false"))["enabled"].ShouldBe("False");
        (await host.SendAsync("POST", "/servers/srv-1/toggle"))["enabled"].ShouldBe("True");
        (await host.SendAsync("DELETE", "/servers/srv-1"))["status"].ShouldBe("success");
    }

    [Theory]
    [InlineData("GET", "/servers/other")]
    [InlineData("PUT", "/servers/other")]
    [InlineData("DELETE", "/servers/other")]
    [InlineData("POST", "/servers/other/state")]
    [InlineData("GET", "/servers/other/tools")]
    [InlineData("GET", "/servers/other/config")]
    public async Task Server_Unknown_IsNotFound(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync(method, path, method == "PUT" ? "{}" : null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Contents_Tools_ComeInOrderPageByPage()
    {
        await using var host = await ApiHost.StartAsync();
        var names = new List<string>();
        var path = "/servers/srv-1/tools?limit=2";

        while (path is not null)
        {
            var answer = await host.GetAsync(path);
            answer.Headers["X-Total-Count"].ShouldBe("5");
            names.AddRange(answer.Json.EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!));
            answer.Json[0].GetProperty("definition").GetProperty("name").GetString().ShouldStartWith("hash-");
            answer.Json[0].GetProperty("gatewayName").GetString().ShouldBe("Weather");
            path = answer.Headers.GetValueOrDefault("Link") is { } link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        names.ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Theory]
    [InlineData("prompts", 1)]
    [InlineData("resources", 0)]
    public async Task Contents_OtherKinds_AreApart(string kind, int expected)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync($"/servers/srv-1/{kind}")).Json.GetArrayLength().ShouldBe(expected);
    }

    [Fact]
    public async Task Contents_CallerMayNotSeeTheServer_AreRefused()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Refusal = Refusal.NotFound("virtual server", "srv-1");

        (await host.GetAsync("/servers/srv-1/tools")).Status.ShouldBe(404);
    }
}

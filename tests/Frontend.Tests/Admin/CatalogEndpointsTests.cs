using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class CatalogEndpointsTests
{
    [Theory]
    [InlineData("/tools", ItemKind.Tool)]
    [InlineData("/v1/prompts", ItemKind.Prompt)]
    [InlineData("/resources", ItemKind.Resource)]
    [InlineData("/resources/templates", ItemKind.ResourceTemplate)]
    [InlineData("/resources/templates/list", ItemKind.ResourceTemplate)]
    public async Task List_Filters_ReachTheGrain(string path, ItemKind kind)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(path + "?gateway_id=gw-1&q=now&tag=t&enabled=false&includeUnavailable=true&limit=7");

        answer.Status.ShouldBe(200);
        answer.Json.GetArrayLength().ShouldBe(1);
        host.Grains.Catalog.Query.ShouldBe(new ItemQuery(kind, "gw-1", "now", "t", false, true));
        host.Grains.Catalog.Page.ShouldBe(new PageRequest(7));
        (await host.GetAsync(path + "?limit=many")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Tool_Answer_ShowsItsDefinitionAndCounts()
    {
        await using var host = await ApiHost.StartAsync();

        var tool = await host.GetAsync("/tools/item-1");

        tool["name"].ShouldBe("weather-now");
        tool["originalName"].ShouldBe("now");
        tool.Json.GetProperty("inputSchema").GetProperty("type").GetString().ShouldBe("object");
        tool.Json.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean().ShouldBeTrue();
        tool.Json.GetProperty("outputSchema").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        tool.Json.GetProperty("metrics").GetProperty("p95Ms").GetDouble().ShouldBe(8);
    }

    [Fact]
    public async Task Tool_CallerWithoutMetrics_SeesNoCounts()
    {
        await using var host = await ApiHost.StartAsync();

        var tools = await host.GetAsync("/tools", host.Grains.Access.AddToken(AccessWorld.Viewer));

        tools.Json[0].GetProperty("metrics").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        host.Grains.Sight.LastQuery.ShouldBeNull();
    }

    [Theory]
    [InlineData(ItemKind.Resource, "uri", "uriTemplate")]
    [InlineData(ItemKind.ResourceTemplate, "uriTemplate", "uri")]
    public async Task Resource_OrTemplate_IsFoundByTheOnePath(ItemKind kind, string set, string unset)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Item = CatalogGrain.MakeItem("item-1", kind);

        var answer = await host.GetAsync("/resources/item-1");

        answer.Status.ShouldBe(200);
        answer[set].ShouldBe("weather://now");
        answer[unset].ShouldBeEmpty();
        answer["mimeType"].ShouldBe("text/plain");
        answer["name"].ShouldBe("now");
        (await host.GetAsync("/resources/other")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Prompt_Answer_ShowsItsArguments()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Item = CatalogGrain.MakeItem("item-1", ItemKind.Prompt);

        (await host.GetAsync("/prompts/item-1")).Json.GetProperty("arguments")[0].GetProperty("name").GetString().ShouldBe("city");
    }

    [Fact]
    public async Task Item_BrokenDefinition_StillShows()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Item = host.Grains.Catalog.Item with { Definition = "{"u8.ToArray() };

        (await host.GetAsync("/tools/item-1")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("PUT", """{"enabled":false,"tags":["a"]}""")]
    [InlineData("PATCH", """{"tool":{"enabled":false,"tags":"a"}}""")]
    public async Task Update_EnabledAndTags_ReachTheGrain(string method, string body)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(method, "/tools/item-1", body);

        answer.Status.ShouldBe(200);
        answer["enabled"].ShouldBe("False");
        host.Grains.Catalog.ItemInput!.Tags.ShouldBe(["a"]);
        (await host.SendAsync(method, "/tools/item-1", """{"enabled":1}""")).Error("enabled").ShouldNotBeEmpty();
        (await host.SendAsync(method, "/tools/other", "{}")).Status.ShouldBe(404);
        (await host.SendAsync(method, "/tools/item-1", """{"description":"d"}""")).Headers["Warning"].ShouldContain("description");
    }

    [Theory]
    [InlineData("/tools/item-1/state?activate=false", "False")]
    [InlineData("/tools/item-1/toggle", "True")]
    public async Task State_Activate_SwitchesIt(string path, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("POST", path))["enabled"].ShouldBe(expected);
        host.Grains.Catalog.ItemInput!.Tags.IsDefault.ShouldBeTrue("tags stay as they are");
        (await host.SendAsync("POST", "/tools/other/state")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("{}", null)]
    [InlineData("""{"definition_hash":"h2"}""", "h2")]
    [InlineData("""{"definitionHash":"h2"}""", "h2")]
    public async Task Approve_HashThatWasReviewed_ReachesTheGrain(string? body, string? expected)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Item = host.Grains.Catalog.Item with { DefinitionHash = "h2", ApprovedHash = "h1" };

        var answer = await host.SendAsync("POST", "/v1/tools/item-1/approve", body);

        answer.Status.ShouldBe(200, answer.Text);
        (answer["definitionHash"], answer["approvedHash"]).ShouldBe(("h2", "h1"));
        host.Grains.Catalog.Reviewed.ShouldBe(expected);
    }

    [Fact]
    public async Task Approve_WhatCannotBe_SaysWhy()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("POST", "/tools/item-1/approve", """{"definition_hash":7}""")).Error("definition_hash").ShouldNotBeEmpty();
        (await host.SendAsync("POST", "/tools/item-1/approve", """{"hash":"h"}""")).Error("hash").ShouldNotBeEmpty();
        (await host.SendAsync("POST", "/tools/other/approve")).Status.ShouldBe(404);
        host.Grains.Catalog.Refusal = Refusal.Conflict("definition_hash", "is another.");
        var refused = await host.SendAsync("POST", "/tools/item-1/approve");
        refused.Status.ShouldBe(409);
        refused.Error("definition_hash").ShouldBe("is another.");
    }

    [Theory]
    [InlineData("/tools", ItemKind.Tool)]
    [InlineData("/v1/prompts", ItemKind.Prompt)]
    [InlineData("/resources", ItemKind.Resource)]
    [InlineData("/v1/resources", ItemKind.ResourceTemplate)]
    public async Task Withdraw_OfEveryKind_ReachesTheGrain(string path, ItemKind kind)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Item = CatalogGrain.MakeItem("item-1", kind) with { ApprovedHash = "h1", PendingDefinition = """{"name":"now"}"""u8.ToArray() };

        var answer = await host.SendAsync("POST", $"{path}/item-1/withdraw");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("approvedHash").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        answer.Json.GetProperty("pendingDefinition").GetRawText().ShouldBe("""{"name":"now"}""");
        (await host.SendAsync("POST", $"{path}/other/withdraw")).Status.ShouldBe(404);
    }
}

using System.Text.Json;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_DescribesEveryPathOnceWithItsBodyAndParameters()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/openapi/v1.json", token: "");

        answer.Status.ShouldBe(200);
        var paths = answer.Json.GetProperty("paths");
        string[] expected =
        [
            "/auth/login", "/gateways", "/gateways/{id}", "/gateways/import", "/gateways/test", "/gateways/{id}/refresh", "/gateways/{id}/state",
            "/gateways/{id}/logs", "/tools", "/tools/{id}", "/tools/{id}/approve", "/tools/{id}/withdraw", "/prompts", "/resources/{id}/approve", "/resources", "/resources/templates", "/servers", "/servers/{id}",
            "/servers/{id}/config", "/servers/{id}/tools", "/tokens", "/tokens/{id}", "/users", "/users/me", "/metrics", "/audit", "/health",
            "/ready", "/version",
        ];
        string[] described = [.. paths.EnumerateObject().Select(path => path.Name)];
        expected.Except(described).ShouldBeEmpty();
        described.ShouldAllBe(path => !path.StartsWith("/v1", StringComparison.Ordinal) && path != "/bug" && path != "/mcp");
    }

    [Fact]
    public async Task Document_Operations_HaveSummariesSchemasAndProblems()
    {
        await using var host = await ApiHost.StartAsync();

        var json = (await host.GetAsync("/openapi/v1.json", token: "")).Json;

        foreach (var operation in json.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
        }

        var create = json.GetProperty("paths").GetProperty("/gateways").GetProperty("post");
        var body = Body(create);
        body.GetProperty("transport").GetProperty("enum").EnumerateArray().Select(word => word.GetString()).ShouldBe(["STREAMABLEHTTP", "SSE", "STDIO"]);
        body.GetProperty("args").GetProperty("items").GetProperty("type").GetString().ShouldBe("string");
        create.GetProperty("parameters").EnumerateArray().ShouldContain(parameter => parameter.GetProperty("name").GetString() == "wait");
        create.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(
            ["201", "202", "400", "401", "409", "413", "415", "422"], ignoreOrder: true);
        json.GetProperty("components").GetProperty("schemas").TryGetProperty("GatewayAnswer", out _).ShouldBeTrue();
        json.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("bearer", out _).ShouldBeTrue();
    }

    private static JsonElement Body(JsonElement operation) =>
        operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties");
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class GatewayImportTests
{
    private const string Path = "/gateways/import";

    [Fact]
    public async Task Import_ManyServers_ReportsOnEach()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(
            Path,
            """
            {"mcpServers":{
              "files":{"command":"npx","args":["-y","fs","/tmp"],"env":{"A":"1"},"cwd":"/tmp"},
              "taken":{"url":"http://h/mcp"},
              "wrong":{"url":5,"colour":"red"},
              "text":"x",
              "web":{"type":"http","url":"http://h/mcp","headers":{"X-Key":"k"},"autoApprove":["a"]}
            }}
            """);

        answer.Status.ShouldBe(200);
        answer["created"].ShouldBe("2");
        answer["failed"].ShouldBe("3");
        var results = answer.Json.GetProperty("results").EnumerateArray().ToDictionary(result => result.GetProperty("name").GetString()!);
        results["files"].GetProperty("gateway").GetProperty("name").GetString().ShouldBe("files");
        results["taken"].GetProperty("errors").GetProperty("name")[0].GetString().ShouldBe("is taken.");
        results["wrong"].GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["url", "colour"], ignoreOrder: true);
        results["text"].GetProperty("status").GetString().ShouldBe("failed");
        results["web"].GetProperty("status").GetString().ShouldBe("created");
        answer.Headers["Warning"].ShouldContain("autoApprove");
    }

    [Theory]
    [InlineData("""{"command":"x"}""", TransportKind.Stdio)]
    [InlineData("""{"type":"stdio","command":"x"}""", TransportKind.Stdio)]
    [InlineData("""{"url":"http://h/mcp"}""", TransportKind.StreamableHttp)]
    [InlineData("""{"url":"http://h/sse"}""", TransportKind.Sse)]
    [InlineData("""{"url":"http://h/sse","transport":"streamable-http"}""", TransportKind.StreamableHttp)]
    [InlineData("""{"serverUrl":"http://h/mcp"}""", TransportKind.StreamableHttp)]
    [InlineData("""{"httpUrl":"http://h/sse"}""", TransportKind.StreamableHttp)]
    [InlineData("""{"url":"http://h/x","type":"sse"}""", TransportKind.Sse)]
    public async Task Import_Entry_IsReadAsClientsWriteIt(string entry, TransportKind expected)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync(Path, $$$"""{"mcpServers":{"a":{{{entry}}}}}"""))["created"].ShouldBe("1");

        host.Grains.Catalog.UpstreamInput!.Transport.ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"Authorization":"Bearer t0ken"}""", AuthKind.Bearer, "t0ken", null)]
    [InlineData("""{"authorization":"Basic dTpw"}""", AuthKind.Basic, null, "u")]
    [InlineData("""{"Authorization":"Basic ???"}""", AuthKind.Headers, null, null)]
    [InlineData("""{"Authorization":"Bearer t","X-A":"1"}""", AuthKind.Headers, null, null)]
    public async Task Import_Headers_BecomeCredentials(string headers, AuthKind auth, string? token, string? user)
    {
        await using var host = await ApiHost.StartAsync();

        await host.PostAsync(Path, $$$"""{"servers":{"a":{"url":"http://h/mcp","headers":{{{headers}}}}},"inputs":[]}""");

        var input = host.Grains.Catalog.UpstreamInput!;
        (input.Auth, input.AuthToken, input.AuthUsername).ShouldBe((auth, token, user));
        (input.AuthHeaders is not null).ShouldBe(auth == AuthKind.Headers);
    }

    [Theory]
    [InlineData("""{"command":"x","env":{"KEY":"${input:key}"}}""", "env.KEY")]
    [InlineData("""{"url":"http://h","headers":{"X":"a ${TOKEN}"}}""", "headers.X")]
    [InlineData("""{"url":"http://h","type":"pigeon"}""", "type")]
    public async Task Import_EntryThatCannotWork_SaysWhy(string entry, string field)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(Path, $$$"""{"mcpServers":{"a":{{{entry}}}}}""");

        answer.Json.GetProperty("results")[0].GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
        host.Grains.Catalog.UpstreamInputs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}", "mcpServers")]
    [InlineData("""{"mcpServers":{}}""", "mcpServers")]
    [InlineData("""{"mcpServers":[]}""", "mcpServers")]
    [InlineData("""{"mcpServers":{"a":{"url":"http://h"}},"other":1}""", "other")]
    public async Task Import_NotAConfiguration_IsRefusedWhole(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync(Path, body)).Error(field).ShouldNotBeEmpty();
        host.Grains.Catalog.UpstreamInputs.ShouldBeEmpty();
    }
}

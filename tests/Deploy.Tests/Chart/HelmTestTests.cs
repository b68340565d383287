using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>What <c>helm test</c> runs in the cluster, run against a real gateway.</summary>
public sealed class HelmTestTests
{
    private static readonly string s_script = Path.Combine(Repository.Chart, "files", "call.mjs");

    [Fact]
    public async Task TheCall_SignsInOpensASessionAndListsTools()
    {
        await using var gateway = await StandaloneGateway.StartAsync();

        var outcome = await Tools.NodeAsync([s_script], "", ("GATEWAY", gateway.Url), ("EMAIL", "admin@localhost"), ("PASSWORD", StandaloneGateway.Password));

        outcome.Expected().ShouldContain("Session of McpGateway");
        outcome.Output.ShouldContain("tools on the first page");
    }

    [Fact]
    public async Task AWrongPassword_FailsIt_AndSaysWhy()
    {
        await using var gateway = await StandaloneGateway.StartAsync();

        var outcome = await Tools.NodeAsync([s_script], "", ("GATEWAY", gateway.Url), ("EMAIL", "admin@localhost"), ("PASSWORD", "another password"));

        outcome.ExitCode.ShouldBe(1);
        outcome.Errors.ShouldContain("FAILED: /auth/login answered 401");
    }

    [Fact]
    public async Task AGatewayThatIsAway_FailsIt()
    {
        var outcome = await Tools.NodeAsync([s_script], "", ("GATEWAY", "http://127.0.0.1:1"), ("TOKEN", "x"));

        outcome.ExitCode.ShouldBe(1);
        outcome.Errors.ShouldContain("FAILED");
    }

    [Fact]
    public async Task ThePod_GoesThroughTheFrontendsService_WithTheScriptOfTheChart()
    {
        var objects = await Combinations.RenderAsync("least");
        var pod = objects.PodOwners().Single(owner => owner.Component == "test");
        var service = objects.One("Service", "prod-mcp-gateway-frontend");
        pod.Environment["GATEWAY"].ShouldBe($"http://{service.Name()}:{(int?)service["spec"]!["ports"]![0]!["port"]}");
        pod.Owner.Annotation("helm.sh/hook").ShouldBe("test");
        var map = objects.One("ConfigMap", (string)pod.Spec["volumes"]![0]!["configMap"]!["name"]!);
        ((string)map["data"]!["call.mjs"]!).Trim().ShouldBe((await File.ReadAllTextAsync(s_script, TestContext.Current.CancellationToken)).Trim());
        pod.Main["command"].List().Select(one => (string?)one).ShouldBe(["node", "/test/call.mjs"]);
    }

    [Theory]
    [InlineData("least", "PASSWORD", "prod-mcp-gateway-admin")]
    [InlineData("everything from existing Secrets", "TOKEN", "test-token")]
    public async Task ThePod_HasItsCredentialsFromASecret(string combination, string variable, string secret)
    {
        var pod = (await Combinations.RenderAsync(combination)).PodOwners().Single(owner => owner.Component == "test");
        JsonNode reference = pod.Main["env"].List().Single(one => (string?)one["name"] == variable)["valueFrom"]!["secretKeyRef"]!;
        ((string?)reference["name"]).ShouldBe(secret);
    }
}

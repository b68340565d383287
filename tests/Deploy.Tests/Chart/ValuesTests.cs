using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Values that are wrong are refused before anything is made, by the name of the field.</summary>
public sealed class ValuesTests
{
    [Theory]
    [InlineData("frontend: { replica: 3 }", "frontend", "replica")]
    [InlineData("frontend: { replicas: 0 }", "frontend.replicas", "")]
    [InlineData("frontend: { autoscaling: { targetCPUUtilizationPercentage: 900 } }", "frontend.autoscaling.targetCPUUtilizationPercentage", "")]
    [InlineData("frontend: { autoscaling: { minReplicas: 9, maxReplicas: 3 } }", "frontend.autoscaling.maxReplicas", "")]
    [InlineData("silo: { resources: { limits: { memory: lots } } }", "silo.resources.limits.memory", "")]
    [InlineData("silo: { resources: { limits: { memory: null } } }", "silo.resources.limits", "memory")]
    [InlineData("silo: { antiAffinity: maybe }", "silo.antiAffinity", "")]
    [InlineData("admin: { email: nobody }", "admin.email", "")]
    [InlineData("cluster: { membership: consul }", "cluster.membership", "")]
    [InlineData("cluster: { tls: { mode: none } }", "cluster.tls.mode", "")]
    [InlineData("cluster: { tls: { mode: existingSecret } }", "cluster.tls.existingSecret", "")]
    [InlineData("upstreams: { allowedNetworks: [everywhere] }", "upstreams.allowedNetworks.0", "")]
    [InlineData("publicUrl: mcp.example.com", "publicUrl", "")]
    [InlineData("publicUrl: https://mcp.example.com/mcp", "publicUrl", "")]
    [InlineData("ingress: { enabled: true }", "ingress.host", "")]
    [InlineData("ingress: { enabled: true, host: a.example.com, controller: apache }", "ingress.controller", "")]
    [InlineData("httpRoute: { enabled: true, hostnames: [a.example.com] }", "httpRoute.parentRefs", "")]
    [InlineData("ingress: { enabled: true, host: a }\nhttpRoute: { enabled: true, hostnames: [a], parentRefs: [{ name: b }] }", "httpRoute.enabled", "")]
    [InlineData("serviceMonitor: { enabled: true }", "serviceMonitor.tokenSecret.name", "")]
    [InlineData("image: { registry: '' }", "image.registry", "")]
    [InlineData("image: { registry: a, tag: 'a b' }", "image.tag", "")]
    [InlineData("database: { mode: mysql }", "database.mode", "")]
    [InlineData("database: { external: { existingSecret: '' } }", "database.external", "")]
    [InlineData("database: { external: { existingSecret: '', host: db } }", "database.external.passwordSecret.name", "")]
    [InlineData("redis: { external: { existingSecret: '' } }", "redis.external", "")]
    [InlineData("redis: { external: { existingSecret: a, port: 99999 } }", "redis.external.port", "")]
    [InlineData("settings: { 'Mcp PageSize': 1 }", "settings", "Mcp PageSize")]
    [InlineData("telemetry: { sampleRatio: 2 }", "telemetry.sampleRatio", "")]
    [InlineData("nonsense: true", "nonsense", "")]
    public async Task AMistake_IsRefused_ByName(string values, string field, string word)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values, TestContext.Current.CancellationToken);
            var outcome = await Helm.TemplateAsync(Helm.Least, "--values", file);
            outcome.ExitCode.ShouldNotBe(0, outcome.Output);
            outcome.Errors.ShouldContain(field);
            outcome.Errors.ShouldContain(word);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task NoValuesAtAll_AreRefused_BecauseNothingDangerousHasADefault() =>
        (await Helm.TemplateAsync("{}")).ExitCode.ShouldNotBe(0);

    [Fact]
    public async Task AnOldKubernetes_IsRefused()
    {
        var outcome = await Helm.TemplateAsync(Helm.Least, "--kube-version", "1.29.0");
        outcome.ExitCode.ShouldNotBe(0);
        outcome.Errors.ShouldContain("1.30");
    }

    [Fact]
    public void EveryValue_IsInTheSchema_AndTheSchemaHasNoOther()
    {
        var values = Yaml.Documents(Repository.Text("deploy", "helm", "mcp-gateway", "values.yaml"))[0];
        var schema = JsonNode.Parse(Repository.Text("deploy", "helm", "mcp-gateway", "values.schema.json"))!;
        Missing(values, schema, schema, "").ShouldBeEmpty();
        Superfluous(values, schema, "").ShouldBe([".global"]);
    }

    [Fact]
    public async Task Lint_HasNothingToSay()
    {
        var outcome = await Tools.HelmAsync(["lint", "--strict", Repository.Chart, "--values", "-"], Helm.Least);
        outcome.Expected().ShouldContain("0 chart(s) failed");
    }

    private static IEnumerable<string> Missing(JsonNode? value, JsonNode schema, JsonNode root, string path)
    {
        var type = Resolve(schema, root);
        if (value is not JsonObject map || type["properties"] is not JsonObject properties)
        {
            return [];
        }

        ((bool?)type["additionalProperties"]).ShouldBe(false, path);
        return map.SelectMany(pair => properties[pair.Key] is { } one ? Missing(pair.Value, one, root, $"{path}.{pair.Key}") : [$"{path}.{pair.Key}"]);
    }

    private static IEnumerable<string> Superfluous(JsonNode? value, JsonNode schema, string path) =>
        schema["properties"] is not JsonObject properties
            ? []
            : properties.SelectMany(pair => value?[pair.Key] is { } one ? Superfluous(one, pair.Value!, $"{path}.{pair.Key}")
                : value is JsonObject map && map.ContainsKey(pair.Key) ? [] : [$"{path}.{pair.Key}"]);

    private static JsonNode Resolve(JsonNode schema, JsonNode root) =>
        (string?)schema["$ref"] is { } reference ? root["definitions"]![reference["#/definitions/".Length..]]! : schema;
}

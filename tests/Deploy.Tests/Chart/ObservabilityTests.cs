using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>The Grafana dashboard asks for what the frontends tell.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string[] s_kinds = ["tool", "prompt", "resource", "virtualserver", "upstream", "token"];

    [Fact]
    public async Task GrafanaDashboard_IsInItsConfigMap_AsItStandsInTheFile()
    {
        var map = (await Combinations.RenderAsync("watched")).One("ConfigMap", "prod-mcp-gateway-grafana");
        map["metadata"]!["labels"].Labels()["grafana_dashboard"].ShouldBe("1");
        JsonNode.DeepEquals(JsonNode.Parse((string)map["data"]!["mcp-gateway.json"]!), Dashboard()).ShouldBeTrue();
    }

    [Fact]
    public void EveryMetric_IsOneThatFrontendsHave()
    {
        var source = string.Concat(new[] { "Metering", "Overload" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Frontend", folder), "*.cs"))
            .Select(File.ReadAllText));
        var told = MetricName().Matches(source).Select(match => match.Groups[1].Value).ToHashSet();

        var asked = Queries().SelectMany(query => AskedMetric().Matches(query)).Select(match => match.Groups[1].Value).Distinct().ToList();
        asked.Count.ShouldBeGreaterThan(10);
        asked.ShouldAllBe(name => told.Contains(name) || told.Contains(Suffix().Replace(name, "")));
    }

    [Fact]
    public void EveryQuery_IsOfOneNamespace_AndOfAKindThatExists()
    {
        foreach (var query in Queries())
        {
            Selector().Matches(query).ShouldNotBeEmpty(query);
            Selector().Matches(query).ShouldAllBe(match => match.Value.Contains("namespace=\"$namespace\"", StringComparison.Ordinal), query);
            Kind().Matches(query).ShouldAllBe(match => s_kinds.Contains(match.Groups[1].Value), query);
            query.Count(one => one == '(').ShouldBe(query.Count(one => one == ')'), query);
        }
    }

    private static JsonNode Dashboard() => JsonNode.Parse(Repository.Text("deploy", "helm", "mcp-gateway", "files", "grafana-dashboard.json"))!;

    private static IEnumerable<string> Queries() => Dashboard()["panels"].List().SelectMany(panel => panel["targets"].List()).Select(target => (string)target["expr"]!);

    [GeneratedRegex("\"((?:mcpgateway|process|dotnet)_[a-z0-9_]+)\"")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\b((?:mcpgateway|process|dotnet)_[a-z0-9_]+)\{")]
    private static partial Regex AskedMetric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex("kind=\"(\\w+)\"")]
    private static partial Regex Kind();
}

using System.Text.Json.Nodes;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>What the chart makes of values.</summary>
internal static class Helm
{
    public const string Release = "prod";
    public const string Namespace = "gateway";

    /// <summary>The values that have no default, as an operator with outside databases gives them.</summary>
    public const string Least = """
        image: { registry: registry.example.com/mcp }
        database: { external: { existingSecret: database } }
        redis: { external: { existingSecret: redis } }

        """;

    public static Task<Outcome> TemplateAsync(string values, params string[] more) =>
        Tools.HelmAsync(["template", Release, Repository.Chart, "--namespace", Namespace, "--kube-version", "1.31.0", "--values", "-", .. more], values);

    public static async Task<IReadOnlyList<JsonNode>> RenderAsync(string values) => Yaml.Documents((await TemplateAsync(values)).Expected());
}

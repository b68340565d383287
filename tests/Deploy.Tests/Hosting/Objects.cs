using System.Text.Json.Nodes;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>Ways around in rendered objects.</summary>
internal static class Objects
{
    public static string Kind(this JsonNode node) => (string)node["kind"]!;

    public static string Name(this JsonNode node) => (string)node["metadata"]!["name"]!;

    public static string Title(this JsonNode node) => $"{node.Kind()} {node.Name()}";

    public static IEnumerable<JsonNode> OfKind(this IEnumerable<JsonNode> objects, params string[] kinds) => objects.Where(one => kinds.Contains(one.Kind()));

    public static JsonNode One(this IEnumerable<JsonNode> objects, string kind, string name) =>
        objects.OfKind(kind).SingleOrDefault(one => one.Name() == name) ?? throw new InvalidOperationException($"There is no {kind} {name}.");

    public static string? Annotation(this JsonNode node, string name) => (string?)node["metadata"]!["annotations"]?[name];

    /// <summary>Made before or beside the release, by helm's hooks.</summary>
    public static bool IsHook(this JsonNode node) => node.Annotation("helm.sh/hook") is not null;

    /// <summary>Objects that run pods, each with the pod's metadata and spec.</summary>
    public static IEnumerable<PodOwner> PodOwners(this IEnumerable<JsonNode> objects) => objects
        .OfKind("Deployment", "StatefulSet", "Job", "Pod")
        .Select(one => one.Kind() == "Pod" ? new PodOwner(one, one) : new PodOwner(one, one["spec"]!["template"]!));

    public static PodOwner Tier(this IEnumerable<JsonNode> objects, string tier) =>
        objects.PodOwners().Single(owner => owner.Component == tier);

    public static IEnumerable<JsonNode> List(this JsonNode? node) => node?.AsArray().OfType<JsonNode>() ?? [];

    public static IReadOnlyDictionary<string, string> Labels(this JsonNode? node) =>
        node?.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!) ?? [];

    /// <summary>Whether a label selector's <c>matchLabels</c> finds these labels.</summary>
    public static bool Matches(this JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector.Labels() is { Count: > 0 } wanted && wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
}

/// <summary>A workload and the pods that it makes.</summary>
internal sealed record PodOwner(JsonNode Owner, JsonNode Template)
{
    public JsonNode Spec => Template["spec"]!;

    public IReadOnlyDictionary<string, string> Labels => Template["metadata"]!["labels"].Labels();

    public string Component => Labels["app.kubernetes.io/component"];

    public IEnumerable<JsonNode> Containers => Spec["containers"].List().Concat(Spec["initContainers"].List());

    public JsonNode Main => Spec["containers"]![0]!;

    public IReadOnlyDictionary<string, string?> Environment => Main.Environment();
}

internal static class Containers
{
    /// <summary>The variables that have a value of their own, and null for those that come from elsewhere.</summary>
    public static IReadOnlyDictionary<string, string?> Environment(this JsonNode container) =>
        container["env"].List().GroupBy(one => (string)one["name"]!).ToDictionary(group => group.Key, group => (string?)group.Last()["value"]);
}

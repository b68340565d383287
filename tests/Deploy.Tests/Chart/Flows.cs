using System.Globalization;
using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Evaluates NetworkPolicies as a network plug-in does: a pod that a policy selects sends and takes only what some policy allows.</summary>
internal sealed class Flows(IReadOnlyList<JsonNode> objects)
{
    private readonly IReadOnlyList<PodOwner> _owners = [.. objects.PodOwners().DistinctBy(owner => owner.Component)];
    private readonly IReadOnlyList<JsonNode> _policies = [.. objects.OfKind("NetworkPolicy").Select(policy => policy["spec"]!)];

    public IEnumerable<string> Components => _owners.Select(owner => owner.Component);

    /// <summary>Whether one pod of the release may open a connection to another.</summary>
    public bool Allow(string from, string to, int port) =>
        Passes(Pod(from), "Egress", "egress", "to", Pod(to).Labels, port) && Passes(Pod(to), "Ingress", "ingress", "from", Pod(from).Labels, port);

    /// <summary>Whether a pod may open a connection to somewhere outside the release.</summary>
    public bool AllowOut(string from, int port) => Passes(Pod(from), "Egress", "egress", "to", null, port);

    /// <summary>Whether somebody outside the release may open a connection to a pod.</summary>
    public bool AllowIn(string to, int port) => Passes(Pod(to), "Ingress", "ingress", "from", null, port);

    private PodOwner Pod(string component) => _owners.Single(owner => owner.Component == component);

    private bool Passes(PodOwner pod, string type, string rules, string peers, IReadOnlyDictionary<string, string>? other, int port)
    {
        var selecting = _policies
            .Where(policy => policy["podSelector"]!["matchLabels"].Matches(pod.Labels))
            .Where(policy => policy["policyTypes"].List().Any(one => (string?)one == type))
            .ToList();
        return selecting.Count == 0 || selecting.SelectMany(policy => policy[rules].List()).Any(rule => IsPort(rule, port) && IsPeer(rule[peers], other));
    }

    private static bool IsPort(JsonNode rule, int port) => rule["ports"] is null || rule["ports"].List().Any(one =>
        (string?)one["protocol"] is null or "TCP"
        && (one["port"] is not JsonValue first || (Number(first) <= port && port <= Number(one["endPort"] ?? first))));

    // Blocks of addresses and other namespaces stand for what is outside; a block may hold pods as well.
    private static bool IsPeer(JsonNode? peers, IReadOnlyDictionary<string, string>? other) => peers is null || peers.List().Any(peer =>
        peer["ipBlock"] is not null
        || (peer["namespaceSelector"] is null ? other is not null && peer["podSelector"]!["matchLabels"].Matches(other) : other is null));

    private static int Number(JsonNode node) => int.Parse(node.ToString(), CultureInfo.InvariantCulture);
}

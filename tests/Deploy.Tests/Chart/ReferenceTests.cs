using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Everything that an object names exists: in the release, or because the values say that the operator has it.</summary>
public sealed class ReferenceTests
{
    // What the combinations name as existing.
    private static readonly HashSet<string> s_given =
        ["database", "redis", "db", "db-ca", "members", "redis-pw", "silo-tls", "master", "ops", "otel", "test-token", "prometheus", "pull", "wildcard"];

    private const string GivenAuthorities = "company-authorities";

    public static TheoryData<string> Names => Combinations.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Secrets_AndTheirKeys_Exist(string combination)
    {
        var objects = await Combinations.RenderAsync(combination);
        foreach (var owner in objects.PodOwners())
        {
            foreach (var (name, key) in SecretsOf(owner))
            {
                Exists(objects, name, key).ShouldBeTrue($"{owner.Owner.Title()} refers to {name}/{key}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AccountsConfigMapsAndServices_Exist(string combination)
    {
        var objects = await Combinations.RenderAsync(combination);
        foreach (var owner in objects.PodOwners())
        {
            if ((string?)owner.Spec["serviceAccountName"] is { } account)
            {
                ((bool?)objects.One("ServiceAccount", account)["automountServiceAccountToken"]).ShouldBe(false);
            }

            foreach (var name in owner.Spec["volumes"].List().Select(volume => (string?)volume["configMap"]?["name"]).OfType<string>().Where(name => name != GivenAuthorities))
            {
                objects.One("ConfigMap", name);
            }
        }

        foreach (var backend in Backends(objects))
        {
            var service = objects.One("Service", (string)backend["name"]!);
            var ports = service["spec"]!["ports"].List();
            ports.ShouldContain(port => backend["port"] is JsonObject
                ? (string?)port["name"] == (string?)backend["port"]!["name"]
                : (int?)port["port"] == (int?)backend["port"]);
        }

        foreach (var scaler in objects.OfKind("HorizontalPodAutoscaler"))
        {
            objects.One("Deployment", (string)scaler["spec"]!["scaleTargetRef"]!["name"]!);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task BeforeTheRelease_OnlyWhatHooksMade_IsNeeded(string combination)
    {
        var objects = await Combinations.RenderAsync(combination);
        foreach (var owner in objects.PodOwners().Where(owner => owner.Owner.Annotation("helm.sh/hook") == "pre-install,pre-upgrade"))
        {
            var weight = Weight(owner.Owner);
            var made = objects.Where(one => one.Annotation("helm.sh/hook") == "pre-install,pre-upgrade" && Weight(one) < weight).ToList();
            SecretsOf(owner).Where(secret => !s_given.Contains(secret.Name)).ShouldAllBe(secret => Exists(made, secret.Name, secret.Key));
            made.One("ServiceAccount", (string)owner.Spec["serviceAccountName"]!);
        }
    }

    [Fact]
    public async Task ServiceMonitor_FindsTheFrontendsService()
    {
        var objects = await Combinations.RenderAsync("watched");
        var monitor = objects.OfKind("ServiceMonitor").ShouldHaveSingleItem();
        var service = objects.OfKind("Service").Single(one => monitor["spec"]!["selector"]!["matchLabels"].Matches(one["metadata"]!["labels"].Labels()));
        service.Name().ShouldEndWith("-frontend");
        var endpoint = monitor["spec"]!["endpoints"].List().ShouldHaveSingleItem();
        service["spec"]!["ports"].List().Select(port => (string?)port["name"]).ShouldContain((string?)endpoint["port"]);
        ((string?)endpoint["path"]).ShouldBe("/metrics/prometheus");
        ((string?)endpoint["authorization"]!["credentials"]!["name"]).ShouldBe("prometheus");
    }

    private static int Weight(JsonNode one) => int.Parse(one.Annotation("helm.sh/hook-weight") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, string? Key)> SecretsOf(PodOwner owner) =>
    [
        .. owner.Containers.SelectMany(container => container["env"].List())
            .Select(variable => variable["valueFrom"]?["secretKeyRef"]).OfType<JsonNode>()
            .Select(reference => ((string)reference["name"]!, (string?)reference["key"])),
        .. owner.Spec["volumes"].List().Select(volume => (string?)volume["secret"]?["secretName"]).OfType<string>().Select(name => (name, (string?)null)),
        .. owner.Spec["imagePullSecrets"].List().Select(secret => ((string)secret["name"]!, (string?)null)),
    ];

    private static bool Exists(IEnumerable<JsonNode> objects, string name, string? key) =>
        s_given.Contains(name)
        || objects.OfKind("Secret").Any(secret => secret.Name() == name && (key is null || secret["data"]![key] is not null))
        || objects.OfKind("Certificate").Any(certificate => (string?)certificate["spec"]!["secretName"] == name);

    private static IEnumerable<JsonNode> Backends(IEnumerable<JsonNode> objects) =>
    [
        .. objects.OfKind("Ingress").SelectMany(ingress => ingress["spec"]!["rules"].List())
            .SelectMany(rule => rule["http"]!["paths"].List()).Select(path => path["backend"]!["service"]!),
        .. objects.OfKind("HTTPRoute").SelectMany(route => route["spec"]!["rules"].List()).SelectMany(rule => rule["backendRefs"].List()),
    ];
}

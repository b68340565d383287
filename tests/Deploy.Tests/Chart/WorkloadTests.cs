using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>How workloads are found, scaled and rolled out.</summary>
public sealed class WorkloadTests
{
    public static TheoryData<string> Names => Combinations.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Selectors_FindTheirOwnPods_AndNobodyElses(string combination)
    {
        var objects = await Combinations.RenderAsync(combination);
        var owners = objects.PodOwners().ToList();
        foreach (var owner in owners.Where(owner => owner.Owner.Kind() is "Deployment" or "StatefulSet"))
        {
            var title = owner.Owner.Title();
            Found(owners, owner.Owner["spec"]!["selector"]!["matchLabels"]).ShouldBe([owner], title);
            foreach (var spread in owner.Spec["topologySpreadConstraints"].List())
            {
                Found(owners, spread["labelSelector"]!["matchLabels"]).ShouldBe([owner], title);
            }

            foreach (var budget in objects.OfKind("PodDisruptionBudget").Where(one => one.Name() == owner.Owner.Name()))
            {
                Found(owners, budget["spec"]!["selector"]!["matchLabels"]).ShouldBe([owner], title);
            }
        }

        foreach (var service in objects.OfKind("Service"))
        {
            var owner = Found(owners, service["spec"]!["selector"]).ShouldHaveSingleItem();
            service["spec"]!["ports"].List().Select(port => (string?)port["targetPort"])
                .ShouldBeSubsetOf(owner.Main["ports"].List().Select(port => (string?)port["name"]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Deployments_RollOutWithoutALoss(string combination)
    {
        foreach (var owner in (await Combinations.RenderAsync(combination)).PodOwners().Where(owner => owner.Owner.Kind() == "Deployment"))
        {
            var spec = owner.Owner["spec"]!;
            ((int?)spec["strategy"]!["rollingUpdate"]!["maxUnavailable"]).ShouldBe(0);
            ((int?)spec["minReadySeconds"]).GetValueOrDefault().ShouldBeGreaterThan(0);
            var preStop = (int?)owner.Main["lifecycle"]?["preStop"]?["sleep"]?["seconds"] ?? 0;
            ((int?)owner.Spec["terminationGracePeriodSeconds"]).GetValueOrDefault().ShouldBeGreaterThan(preStop + 15, owner.Owner.Title());
            if (owner.Main["ports"].List().Any(port => (string?)port["name"] == "http"))
            {
                preStop.ShouldBeGreaterThan(0, "Load balancers need time to learn of a pod's end.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ATier_HasABudget_AndMoreThanOnePod(string combination)
    {
        var objects = await Combinations.RenderAsync(combination);
        foreach (var deployment in objects.OfKind("Deployment"))
        {
            objects.One("PodDisruptionBudget", deployment.Name());
            var scaler = objects.OfKind("HorizontalPodAutoscaler").SingleOrDefault(one => (string?)one["spec"]!["scaleTargetRef"]!["name"] == deployment.Name());
            var replicas = (int?)(scaler?["spec"]!["minReplicas"] ?? deployment["spec"]!["replicas"]);
            replicas.GetValueOrDefault().ShouldBeGreaterThan(1, deployment.Name());
            if (scaler is not null)
            {
                deployment["spec"]!["replicas"].ShouldBeNull("A roll-out would undo what the autoscaler did.");
            }
        }
    }

    [Theory]
    [InlineData("soft", "preferredDuringSchedulingIgnoredDuringExecution")]
    [InlineData("hard", "requiredDuringSchedulingIgnoredDuringExecution")]
    public async Task Placement_KeepsPodsApart(string antiAffinity, string rule)
    {
        var objects = await Helm.RenderAsync(Helm.Least + $"silo: {{ antiAffinity: {antiAffinity} }}");
        var owner = objects.Tier("silo");
        var term = owner.Spec["affinity"]!["podAntiAffinity"]![rule]![0]!;
        (term["podAffinityTerm"] ?? term)["labelSelector"]!["matchLabels"].Matches(owner.Labels).ShouldBeTrue();
        objects.Tier("frontend").Spec["affinity"]!["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Stdio_IsAWorkloadOfItsOwn_WithItsRoleAndImage()
    {
        var objects = await Combinations.RenderAsync("stdio in a sandbox");
        var stdio = objects.Tier("stdio");
        stdio.Environment["MCPGATEWAY_Cluster__Roles"].ShouldBe("stdio");
        ((string)stdio.Main["image"]!).ShouldContain("mcp-gateway-stdio");
        ((string?)stdio.Spec["runtimeClassName"]).ShouldBe("gvisor");
        ((string?)stdio.Spec["nodeSelector"]!["pool"]).ShouldBe("sandbox");
        stdio.Main["volumeMounts"].List().Select(mount => (string?)mount["mountPath"]).ShouldContain("/home/app");
        objects.Tier("silo").Environment.Keys.ShouldNotContain("MCPGATEWAY_Cluster__Roles");
        (await Combinations.RenderAsync("least")).PodOwners().ShouldNotContain(owner => owner.Component == "stdio");
    }

    private static List<PodOwner> Found(IEnumerable<PodOwner> owners, JsonNode? selector) => [.. owners.Where(owner => selector.Matches(owner.Labels))];
}

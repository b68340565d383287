using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>What every pod of the chart must be, whatever the values.</summary>
public sealed partial class PodTests
{
    public static TheoryData<string> Names => Combinations.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Pods_AreConfined(string combination)
    {
        foreach (var owner in (await Combinations.RenderAsync(combination)).PodOwners())
        {
            var title = owner.Owner.Title();
            ((bool?)owner.Spec["automountServiceAccountToken"]).ShouldBe(false, title);
            var pod = owner.Spec["securityContext"]!;
            ((bool?)pod["runAsNonRoot"]).ShouldBe(true, title);
            ((int?)pod["runAsUser"]).ShouldNotBeNull(title);
            ((string?)pod["seccompProfile"]!["type"]).ShouldBe("RuntimeDefault", title);
            foreach (var field in new[] { "hostNetwork", "hostPID", "hostIPC" })
            {
                owner.Spec[field].ShouldBeNull(title);
            }

            foreach (var container in owner.Containers)
            {
                var security = container["securityContext"]!;
                ((bool?)security["allowPrivilegeEscalation"]).ShouldBe(false, title);
                ((bool?)security["readOnlyRootFilesystem"]).ShouldBe(true, title);
                security["capabilities"]!["drop"].List().Select(one => (string)one!).ShouldBe(["ALL"], title);
                security["capabilities"]!["add"].ShouldBeNull(title);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Containers_HaveLimitsAndRequests(string combination)
    {
        foreach (var (owner, container) in Containers(await Combinations.RenderAsync(combination)))
        {
            foreach (var resource in new[] { "cpu", "memory" })
            {
                container["resources"]!["limits"]![resource].ShouldNotBeNull(owner.Owner.Title());
                container["resources"]!["requests"]![resource].ShouldNotBeNull(owner.Owner.Title());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Workloads_AreProbed_UnderAHostThatIsServed(string combination)
    {
        foreach (var owner in (await Combinations.RenderAsync(combination)).PodOwners().Where(one => one.Owner.Kind() is "Deployment" or "StatefulSet"))
        {
            foreach (var (name, path) in new[] { ("startupProbe", "/startup"), ("livenessProbe", "/health"), ("readinessProbe", "/ready") })
            {
                var probe = owner.Main[name].ShouldNotBeNull($"{owner.Owner.Title()} {name}");
                if (probe["httpGet"] is { } get)
                {
                    ((string?)get["path"]).ShouldBe(path);
                    var host = (string?)get["httpHeaders"].List().Single(header => (string?)header["name"] == "Host")["value"];
                    owner.Environment.Where(one => one.Key.StartsWith("MCPGATEWAY_Network__AllowedHosts__", StringComparison.Ordinal))
                        .Select(one => one.Value).ShouldContain(host);
                    owner.Main["ports"].List().Select(port => (string?)port["name"]).ShouldContain((string?)get["port"]);
                }
                else
                {
                    probe["exec"].ShouldNotBeNull();
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Volumes_AreMounted_AndOnlyScratchIsWritable(string combination)
    {
        foreach (var owner in (await Combinations.RenderAsync(combination)).PodOwners())
        {
            var title = owner.Owner.Title();
            var volumes = owner.Spec["volumes"].List().ToDictionary(volume => (string)volume["name"]!);
            var claims = owner.Owner["spec"]!["volumeClaimTemplates"].List().Select(claim => claim.Name()).ToHashSet();
            var mounts = owner.Containers.SelectMany(container => container["volumeMounts"].List()).ToList();
            mounts.Select(mount => (string)mount["name"]!).Distinct().Order().ShouldBe(volumes.Keys.Concat(claims).Order(), title);
            foreach (var mount in mounts.Where(mount => (bool?)mount["readOnly"] != true && !claims.Contains((string)mount["name"]!)))
            {
                volumes[(string)mount["name"]!]["emptyDir"]!["sizeLimit"].ShouldNotBeNull($"{title} {mount.ToJsonString()}");
            }

            mounts.ShouldAllBe(mount => mount["subPath"] == null, "A file that is mounted by subPath is never renewed.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Images_AreNamedExactly(string combination)
    {
        foreach (var (owner, container) in Containers(await Combinations.RenderAsync(combination)))
        {
            var image = (string)container["image"]!;
            ExactImage().IsMatch(image).ShouldBeTrue($"{owner.Owner.Title()}: {image}");
            image.ShouldNotEndWith(":latest");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Environment_HasNoSecretInIt_AndKnowsWhatItRefersTo(string combination)
    {
        foreach (var (owner, container) in Containers(await Combinations.RenderAsync(combination)))
        {
            HashSet<string> before = [];
            foreach (var variable in container["env"].List())
            {
                var name = (string)variable["name"]!;
                var value = (string?)variable["value"] ?? "";
                if (name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) || name.Contains("TOKEN", StringComparison.OrdinalIgnoreCase))
                {
                    variable["valueFrom"]!["secretKeyRef"].ShouldNotBeNull($"{owner.Owner.Title()} {name}");
                }

                // Kubernetes leaves a reference as it stands when the variable does not come before.
                Reference().Matches(value).Select(match => match.Groups[1].Value).ShouldBeSubsetOf(before, $"{owner.Owner.Title()} {name}={value}");
                WrittenPassword().IsMatch(value).ShouldBeFalse($"{owner.Owner.Title()} {name}");
                before.Add(name);
            }

            container["env"].List().Select(one => (string)one["name"]!).Where(name => !name.StartsWith("MCPGATEWAY_Mcp", StringComparison.Ordinal))
                .ShouldBeUnique(owner.Owner.Title());
        }
    }

    private static IEnumerable<(PodOwner Owner, JsonNode Container)> Containers(IEnumerable<JsonNode> objects) =>
        objects.PodOwners().SelectMany(owner => owner.Containers.Select(container => (owner, container)));

    [GeneratedRegex(@"^[a-z0-9.:-]+/[\w./-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$")]
    private static partial Regex ExactImage();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"password=(?!\$\()", RegexOptions.IgnoreCase)]
    private static partial Regex WrittenPassword();
}

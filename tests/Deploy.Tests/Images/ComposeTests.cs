using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Images;

/// <summary>The compose file hangs together, and nothing in it is well known or open to the network.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] s_own = ["migrate", "silo", "silo-stdio", "frontend", "dashboard"];

    private static readonly JsonNode s_file = Yaml.Merged(Repository.Text("docker-compose.yml"));

    public static TheoryData<string> Services => [.. s_file["services"]!.AsObject().Select(pair => pair.Key)];

    public static TheoryData<string> Own => [.. s_own];

    [Fact]
    public void AllParts_AreThere() => s_file["services"]!.AsObject().Select(pair => pair.Key).ShouldBe(
        ["init", "postgres", "redis", "migrate", "silo", "silo-stdio", "frontend", "dashboard", "loadbalancer", "sample"], ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Services))]
    public void AService_IsLimited_AndGainsNoPrivileges(string name)
    {
        var service = Service(name);
        foreach (var limit in new[] { "memory", "cpus", "pids" })
        {
            service["deploy"]!["resources"]!["limits"]![limit].ShouldNotBeNull(limit);
        }

        service["security_opt"].List().Select(one => (string?)one).ShouldContain("no-new-privileges:true");
        service["privileged"].ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void AService_NamesOnlyWhatExists(string name)
    {
        var service = Service(name);
        foreach (var (other, needed) in service["depends_on"]?.AsObject() ?? [])
        {
            var target = Service(other);
            switch ((string?)needed!["condition"])
            {
                case "service_healthy":
                    target["healthcheck"].ShouldNotBeNull($"{name} waits for the health of {other}");
                    break;
                case "service_completed_successfully":
                    ((string?)target["restart"]).ShouldNotBe("unless-stopped", $"{name} waits for the end of {other}");
                    break;
            }
        }

        var networks = service["networks"] is JsonObject map ? map.Select(pair => pair.Key) : service["networks"].List().Select(one => (string)one!);
        networks.ShouldBeSubsetOf(s_file["networks"]!.AsObject().Select(pair => pair.Key));
        foreach (var source in service["volumes"].List().Select(volume => ((string)volume!).Split(':')[0]))
        {
            (s_file["volumes"]!.AsObject().ContainsKey(source) || File.Exists(Path.Combine(Repository.Root, source))).ShouldBeTrue($"{name}: {source}");
        }

        if (service["build"] is { } build)
        {
            var context = Path.Combine(Repository.Root, (string)build["context"]!);
            var dockerfile = Path.Combine(context, (string?)build["dockerfile"] ?? "Dockerfile");
            File.Exists(dockerfile).ShouldBeTrue(dockerfile);
            if ((string?)build["target"] is { } target)
            {
                File.ReadAllText(dockerfile).ShouldContain($" AS {target}\n");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void AProgramOfOurs_IsConfined(string name)
    {
        var service = Service(name);
        ((bool?)service["read_only"]).ShouldBe(true);
        service["cap_drop"].List().Select(one => (string?)one).ShouldBe(["ALL"]);
        service["tmpfs"].ShouldNotBeNull();
        service["volumes"].List().Select(one => (string)one!).Where(one => one.Contains("/etc/mcp-gateway", StringComparison.Ordinal)).ShouldAllBe(one => one.EndsWith(":ro", StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_AreOpenOnLoopbackOnly()
    {
        var published = s_file["services"]!.AsObject().SelectMany(pair => pair.Value!["ports"].List().Select(port => (pair.Key, Port: (string)port!))).ToList();
        published.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => one.Key.ShouldBe("loadbalancer"),
            one => one.Port.ShouldStartWith("127.0.0.1:"));
    }

    [Fact]
    public void Databases_AreReachableByTheTiersAlone()
    {
        ((bool?)s_file["networks"]!["cluster"]!["internal"]).ShouldBe(true);
        foreach (var name in new[] { "postgres", "redis" })
        {
            Service(name)["networks"].List().Select(one => (string?)one).ShouldBe(["cluster"]);
        }

        foreach (var name in new[] { "loadbalancer", "sample" })
        {
            Service(name)["networks"].List().Select(one => (string?)one).ShouldNotContain("cluster");
        }
    }

    [Fact]
    public void Nothing_IsWellKnown()
    {
        var text = Repository.Text("docker-compose.yml") + Repository.Text("deploy", "docker", "init", "init.sh");
        WrittenSecret().Matches(text).Select(match => match.Value).ShouldBeEmpty();
        Service("postgres")["environment"]!["POSTGRES_PASSWORD_FILE"].ShouldNotBeNull();
        Service("postgres")["environment"]!["POSTGRES_HOST_AUTH_METHOD"].ShouldBeNull();
    }

    [Fact]
    public void Tiers_GetOnlyTheSecretsThatTheyNeed()
    {
        Mounted("frontend").ShouldBe(["client-secrets"]);
        Mounted("dashboard").ShouldBe(["client-secrets"]);
        Mounted("silo").ShouldBe(["silo-secrets"]);
        Mounted("migrate").ShouldBe(["silo-secrets"]);
        Mounted("postgres").ShouldBe(["postgres-secrets"]);
        Mounted("redis").ShouldBe(["redis-secrets"]);
        Mounted("loadbalancer").ShouldBeEmpty();
        Mounted("sample").ShouldBeEmpty();
    }

    [Fact]
    public void Silos_HaveAddressesOfTheirOwn_ThatTheyTellTheOthers()
    {
        foreach (var name in new[] { "silo", "silo-stdio" })
        {
            var service = Service(name);
            ((string?)service["networks"]!["cluster"]!["ipv4_address"]).ShouldBe((string?)service["environment"]!["MCPGATEWAY_Cluster__AdvertisedAddress"]);
        }

        ((string?)Service("silo")["networks"]!["cluster"]!["ipv4_address"]).ShouldNotBe((string?)Service("silo-stdio")["networks"]!["cluster"]!["ipv4_address"]);
        ((string?)Service("silo-stdio")["environment"]!["MCPGATEWAY_Cluster__Roles"]).ShouldBe("stdio");
        ((int?)Service("frontend")["deploy"]!["replicas"]).ShouldBe(2);
    }

    // A fixed maxconn ends HAProxy at once where the container's limit of open files is below twice that.
    [Fact]
    public void TheLoadBalancer_TakesTheLimitThatItFinds_AndIsHealthyOnceItHasAFrontend()
    {
        var settings = Repository.Text("deploy", "docker", "loadbalancer", "haproxy.cfg").Split('\n').Select(line => line.Trim()).ToList();
        settings.ShouldNotContain(line => line.StartsWith("maxconn", StringComparison.Ordinal));
        settings.ShouldContain(line => line.StartsWith("fd-hard-limit ", StringComparison.Ordinal));
        settings.ShouldContain("monitor fail if { nbsrv(frontends) eq 0 }");
        var monitor = settings.Single(line => line.StartsWith("monitor-uri ", StringComparison.Ordinal)).Split(' ')[1];
        Service("loadbalancer")["healthcheck"]!["test"].List().Select(part => (string)part!).Last().ShouldEndWith(monitor);
    }

    private static JsonNode Service(string name) => s_file["services"]![name] ?? throw new InvalidOperationException($"There is no service {name}.");

    private static IEnumerable<string> Mounted(string name) =>
        Service(name)["volumes"].List().Select(volume => ((string)volume!).Split(':')[0]).Where(source => source.EndsWith("-secrets", StringComparison.Ordinal));

    // A password, key or token that stands there in letters: what is made, or read from a file, begins with $ or is a path.
    [GeneratedRegex("""(?i)(password|secret|token)[:=]\s*"?[a-z0-9]{4,}(?![\w-]*/)[^\s:/{}]*$""", RegexOptions.Multiline)]
    private static partial Regex WrittenSecret();
}

using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Who may reach whom inside a release: exactly what the tiers need.</summary>
public sealed class NetworkPolicyTests
{
    private const int Silo = 11111;
    private const int Gateway = 30000;
    private const int PostgreSql = 5432;
    private const int Redis = 6379;

    private static readonly int[] s_ports = [4444, 4445, 8081, Silo, Gateway, PostgreSql, Redis, 9999];

    [Fact]
    public async Task Trial_AllowsWhatIsNeeded_AndNothingElse()
    {
        var flows = new Flows(await Helm.RenderAsync("""
            image: { registry: localhost:5000 }
            database: { mode: bundled }
            redis: { mode: bundled }
            stdio: { enabled: true }
            networkPolicy: { from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }] }
            """));
        Allowed(flows).ShouldBe(
        [
            ("frontend", "silo", Gateway), ("frontend", "stdio", Gateway), ("frontend", "redis", Redis),
            ("dashboard", "silo", Gateway), ("dashboard", "stdio", Gateway), ("dashboard", "redis", Redis),
            ("silo", "silo", Silo), ("silo", "stdio", Silo), ("stdio", "silo", Silo), ("stdio", "stdio", Silo),
            ("silo", "redis", Redis), ("stdio", "redis", Redis), ("silo", "postgresql", PostgreSql), ("stdio", "postgresql", PostgreSql),
            ("test", "frontend", 4444),
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task MembershipInPostgreSql_OpensItToFrontendsAndDashboards_AndNoRedisAnywhere()
    {
        var flows = new Flows(await Helm.RenderAsync("""
            image: { registry: localhost:5000 }
            database: { mode: bundled }
            cluster: { membership: postgres }
            networkPolicy: { from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }], upstreamEgress: [] }
            tests: { enabled: false }
            """));
        Allowed(flows).ShouldBe(
        [
            ("frontend", "silo", Gateway), ("dashboard", "silo", Gateway), ("silo", "silo", Silo),
            ("frontend", "postgresql", PostgreSql), ("dashboard", "postgresql", PostgreSql), ("silo", "postgresql", PostgreSql),
        ], ignoreOrder: true);
        flows.AllowOut("frontend", Redis).ShouldBeFalse();
    }

    [Fact]
    public async Task ClosedNetwork_SendsOnlyToWhatWasNamed()
    {
        var flows = new Flows(await Combinations.RenderAsync("closed network"));
        foreach (var tier in new[] { "frontend", "silo", "dashboard" })
        {
            flows.AllowOut(tier, 53).ShouldBeTrue(tier);
            flows.AllowOut(tier, Redis).ShouldBeTrue(tier);
            flows.AllowOut(tier, 4317).ShouldBeTrue("the collector");
            flows.AllowOut(tier, 443).ShouldBeFalse("MCP servers were not opened");
            flows.AllowOut(tier, PostgreSql).ShouldBe(tier == "silo");
        }

        flows.AllowOut("migration", PostgreSql).ShouldBeTrue();
        flows.AllowOut("migration", Redis).ShouldBeFalse();
        flows.AllowOut("test", 443).ShouldBeFalse();
    }

    [Theory]
    [InlineData("least", true)]
    [InlineData("closed network", true)]
    [InlineData("insecure, behind a mesh", false)]
    public async Task SiloPorts_AreNeverOpenToTheOutside(string combination, bool hasPolicies)
    {
        var flows = new Flows(await Combinations.RenderAsync(combination));
        foreach (var port in new[] { Silo, Gateway, 8081 })
        {
            flows.AllowIn("silo", port).ShouldBe(!hasPolicies);
        }

        flows.AllowIn("frontend", 4444).ShouldBeTrue();
        flows.AllowIn("dashboard", 4445).ShouldBeTrue();
        flows.AllowIn("frontend", 9999).ShouldBe(!hasPolicies);
    }

    [Fact]
    public async Task OutsideDatabases_AreReachedAtTheirPorts()
    {
        var flows = new Flows(await Helm.RenderAsync("""
            image: { registry: registry.example.com/mcp }
            database: { external: { host: db, port: 6432, passwordSecret: { name: db } } }
            redis: { external: { host: redis, port: 6380 } }
            networkPolicy: { upstreamEgress: [] }
            """));
        flows.AllowOut("silo", 6432).ShouldBeTrue();
        flows.AllowOut("silo", 6380).ShouldBeTrue();
        flows.AllowOut("frontend", 6380).ShouldBeTrue();
        flows.AllowOut("frontend", 6432).ShouldBeFalse();
        flows.AllowOut("migration", 6432).ShouldBeTrue();
    }

    [Fact]
    public async Task MetadataServices_AreNeverOpen()
    {
        foreach (var name in Combinations.Names.Select(row => row.Data))
        {
            foreach (var block in (await Combinations.RenderAsync(name)).OfKind("NetworkPolicy")
                .SelectMany(policy => policy["spec"]!["egress"].List()).SelectMany(rule => rule["to"].List())
                .Select(peer => peer["ipBlock"]).OfType<JsonNode>().Where(block => ((string)block["cidr"]!).EndsWith("/0", StringComparison.Ordinal)))
            {
                block["except"].List().Select(one => (string?)one).ShouldContain((string)block["cidr"]! == "::/0" ? "fe80::/10" : "169.254.0.0/16");
            }
        }
    }

    [Fact]
    public async Task EveryPod_IsUnderAPolicy()
    {
        foreach (var name in Combinations.Names.Select(row => row.Data).Where(name => name != "insecure, behind a mesh"))
        {
            var objects = await Combinations.RenderAsync(name);
            foreach (var owner in objects.PodOwners())
            {
                var policy = objects.OfKind("NetworkPolicy").Where(one => one["spec"]!["podSelector"]!["matchLabels"].Matches(owner.Labels))
                    .ShouldHaveSingleItem($"{name}: {owner.Owner.Title()}");
                policy["spec"]!["policyTypes"].List().Select(one => (string?)one).ShouldBe(["Ingress", "Egress"]);
            }
        }
    }

    private static List<(string From, string To, int Port)> Allowed(Flows flows) =>
    [
        .. from source in flows.Components
           from target in flows.Components
           from port in s_ports
           where flows.Allow(source, target, port)
           select (source, target, port),
    ];
}

using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>What the chart tells the programs is what they read.</summary>
public sealed partial class SettingsTests
{
    private const string Prefix = "MCPGATEWAY_";

    // Read outside of an options class: Frontend and Silo ask for them by name.
    private static readonly string[] s_readByName = ["ADMIN_EMAIL", "ADMIN_PASSWORD", "Keys:CurrentFile", "Keys:PreviousFile"];

    public static TheoryData<string> Names => Combinations.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EverySetting_IsOneOfTheProgramsOwn(string combination)
    {
        var known = Known();
        foreach (var container in (await Combinations.RenderAsync(combination)).PodOwners().SelectMany(owner => owner.Containers))
        {
            container.Environment().Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(name => Number().Replace(name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), ""))
                .Except(s_readByName)
                .ShouldBeSubsetOf(known);
        }
    }

    [Theory]
    [InlineData("frontend")]
    [InlineData("dashboard")]
    [InlineData("silo")]
    public async Task ATier_HasWhatItCannotStartWithout(string tier)
    {
        var environment = (await Combinations.RenderAsync("least")).Tier(tier).Environment;
        foreach (var name in new[]
        {
            "Cluster__ClusterId", "Cluster__ServiceId", "Cluster__Membership", "Cluster__Redis", "Keys__CurrentFile",
            "Cluster__Tls__CertificateFile", "Cluster__Tls__KeyFile", "Cluster__Tls__AuthorityFile",
        })
        {
            environment.Keys.ShouldContain(Prefix + name);
        }

        environment.ContainsKey(Prefix + "Storage__ConnectionString").ShouldBe(tier == "silo", "Only silos know the database.");
        environment.ContainsKey(Prefix + "ADMIN_PASSWORD").ShouldBe(tier == "silo");
        environment.ContainsKey(Prefix + "Cluster__AdvertisedAddress").ShouldBe(tier == "silo");
    }

    [Theory]
    [InlineData("Frontend")]
    [InlineData("Silo")]
    [InlineData("DashboardHost")]
    public void ATier_AnswersWhatItIsProbedWith(string program)
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", program), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        foreach (var path in new[] { "/startup", "/health", "/ready" })
        {
            source.ShouldContain($"\"{path}\"");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Files_AreWhereTheirSettingsSay(string combination)
    {
        foreach (var owner in (await Combinations.RenderAsync(combination)).PodOwners().Where(owner => owner.Component != "test"))
        {
            var mounts = owner.Main["volumeMounts"].List().Select(mount => (string)mount["mountPath"]! + "/").ToList();
            foreach (var path in owner.Environment.Values.OfType<string>().SelectMany(value => ConfigurationPath().Matches(value)).Select(match => match.Value))
            {
                mounts.ShouldContain(mount => path.StartsWith(mount, StringComparison.Ordinal), $"{owner.Component}: {path}");
            }
        }
    }

    [Theory]
    [InlineData("frontend")]
    [InlineData("dashboard")]
    [InlineData("silo")]
    public async Task TrustedAuthorities_AreBelievedByEveryTier(string tier)
    {
        var owner = (await Combinations.RenderAsync("closed network")).Tier(tier);

        owner.Environment["SSL_CERT_FILE"].ShouldBe("/etc/mcp-gateway/authorities/ca.crt");
        owner.Spec["volumes"].List().Single(volume => (string)volume["name"]! == "authorities")["configMap"]!["items"]!.ToJsonString()
            .ShouldBe("""[{"key":"bundle.pem","path":"ca.crt"}]""");
        (await Combinations.RenderAsync("least")).Tier(tier).Environment.Keys.ShouldNotContain("SSL_CERT_FILE");
    }

    [Theory]
    [InlineData("least", "prod-mcp-gateway-frontend.gateway.svc.cluster.local")]
    [InlineData("nginx", "mcp.example.com")]
    [InlineData("Gateway API", "mcp.internal")]
    [InlineData("settings of all kinds", "*.corp.example.com")]
    [InlineData("settings of all kinds", "mcp.example.com")]
    [InlineData("other names", "mcp-dashboard.gateway.svc.k8s.example.com")]
    [InlineData("least", "$(POD_IP)")]
    public async Task Hosts_AreAllowed_UnderWhichTheGatewayIsReached(string combination, string host)
    {
        var hosts = Hosts((await Combinations.RenderAsync(combination)).Tier("frontend"));
        hosts.ShouldContain(host);
        hosts.ShouldBeUnique();
    }

    // As the programs judge at their start (NetworkOptionsValidator): one name that is none, and no pod would start.
    [Theory]
    [InlineData("least", "10.1.2.3")]
    [InlineData("settings of all kinds", "10.1.2.3")]
    [InlineData("other names", "fd00::1")]
    public async Task Hosts_AreNamesOrAddresses(string combination, string address)
    {
        var hosts = Hosts((await Combinations.RenderAsync(combination)).Tier("frontend"));
        foreach (var host in hosts.Select(host => host!.Replace("$(POD_IP)", address, StringComparison.Ordinal).TrimStart('*', '.')))
        {
            Uri.CheckHostName(host).ShouldNotBe(UriHostNameType.Unknown, host);
        }
    }

    [Theory]
    [InlineData("nginx", "https://mcp.example.com")]
    [InlineData("Traefik without TLS", "http://mcp.example.com")]
    [InlineData("Gateway API", "https://mcp.example.com")]
    [InlineData("settings of all kinds", "https://mcp.example.com:8443")]
    [InlineData("least", null)]
    public async Task PublicUrl_IsTheAddressOfTheRoute(string combination, string? url) =>
        (await Combinations.RenderAsync(combination)).Tier("frontend").Environment.GetValueOrDefault(Prefix + "Http__PublicUrl").ShouldBe(url);

    [Fact]
    public async Task ATiersOwnSettings_GoBeforeTheCommonOnes()
    {
        var objects = await Combinations.RenderAsync("settings of all kinds");
        objects.Tier("frontend").Environment[Prefix + "Mcp__PageSize"].ShouldBe("500");
        objects.Tier("dashboard").Environment[Prefix + "Mcp__PageSize"].ShouldBe("200");
        objects.Tier("silo").Environment[Prefix + "Access__OfflineGrace"].ShouldBe("00:02:00");
        objects.Tier("silo").Environment[Prefix + "Telemetry__Traces"].ShouldBe("false");
        objects.Tier("frontend").Environment[Prefix + "Http__MaxRequestBodyBytes"].ShouldBe("8388608");
        objects.Tier("frontend").Environment[Prefix + "Telemetry__SampleRatio"].ShouldBe("0.25");
        objects.Tier("frontend").Environment["OTEL_RESOURCE_ATTRIBUTES"].ShouldBe("env=prod");
    }

    [Fact]
    public async Task AnOutsideDatabase_IsNamedInFull_WithoutItsPassword()
    {
        var silo = (await Combinations.RenderAsync("PostgreSQL alone")).Tier("silo");
        silo.Environment[Prefix + "Storage__ConnectionString"].ShouldBe(
            "Host=db.example.com;Port=5432;Database=mcpgateway;Username=mcpgateway;SSL Mode=VerifyFull;GssEncryptionMode=Disable;Root Certificate=/etc/mcp-gateway/database/ca.crt;Maximum Pool Size=50");
        var password = silo.Main["env"].List().Single(one => (string?)one["name"] == "PGPASSWORD");
        ((string?)password["valueFrom"]!["secretKeyRef"]!["name"]).ShouldBe("db");
    }

    [Fact]
    public async Task Redis_IsNamedInFull()
    {
        var frontend = (await Combinations.RenderAsync("Redis in parts")).Tier("frontend");
        frontend.Environment[Prefix + "Cluster__Redis"].ShouldBe("redis.example.com:6380,ssl=true,user=gateway,password=$(REDIS_PASSWORD)");
    }

    // Sections and properties of every options class in the source.
    private static HashSet<string> Known()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is var name && (name.EndsWith("Options.cs", StringComparison.Ordinal) || name.EndsWith("Settings.cs", StringComparison.Ordinal)))
            .Select(File.ReadAllText);
        HashSet<string> known = [];
        foreach (var text in files)
        {
            var section = Section().Match(text) is { Success: true } match ? match.Groups[1].Value : text.Contains("class StorageOptions", StringComparison.Ordinal) ? "Storage" : null;
            if (section is not null)
            {
                known.UnionWith(Property().Matches(text).Select(property => $"{section}:{property.Groups[1].Value}"));
                known.UnionWith(Property().Matches(text).Select(property => $"{section}:Tls:{property.Groups[1].Value}").Where(one => one.StartsWith("Cluster:Tls:", StringComparison.Ordinal)));
            }
        }

        return known;
    }

    private static List<string?> Hosts(PodOwner owner) =>
        [.. owner.Environment.Where(one => one.Key.StartsWith(Prefix + "Network__AllowedHosts__", StringComparison.Ordinal)).Select(one => one.Value)];

    [GeneratedRegex(@":\d+$")]
    private static partial Regex Number();

    [GeneratedRegex(@"/etc/mcp-gateway/[\w./-]+")]
    private static partial Regex ConfigurationPath();

    [GeneratedRegex("""const string Section = "(\w+)";""")]
    private static partial Regex Section();

    [GeneratedRegex(@"^    public [\w<>?\[\], ]+ (\w+) \{ get;", RegexOptions.Multiline)]
    private static partial Regex Property();
}

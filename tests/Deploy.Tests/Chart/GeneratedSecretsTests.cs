using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Secrets that the chart makes, installed and upgraded by helm itself: made once, different everywhere, never well known.</summary>
public sealed class GeneratedSecretsTests
{
    private const string Trial = """
        image: { registry: localhost:5000 }
        database: { mode: bundled }
        redis: { mode: bundled }
        tests: { enabled: false }
        """;

    private static readonly string[] s_secrets = ["keys", "admin", "postgresql", "redis", "cluster-tls"];

    [Fact]
    public async Task AnUpgrade_KeepsThem()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);
        var before = Secrets(cluster);

        await RunAsync(cluster, Trial + "\nfrontend: { podAnnotations: { changed: 'yes' } }", "upgrade", Helm.Release, Repository.Chart);

        Secrets(cluster).ShouldBe(before);
    }

    [Fact]
    public async Task ARollBack_KeepsThem()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);
        var before = Secrets(cluster);
        await RunAsync(cluster, Trial + "\nsilo: { replicas: 4 }", "upgrade", Helm.Release, Repository.Chart);
        cluster.Get("/apis/apps/v1/namespaces/gateway/deployments/prod-mcp-gateway-silo")["spec"]!["replicas"]!.GetValue<int>().ShouldBe(4);

        await RunAsync(cluster, "", "rollback", Helm.Release);

        Secrets(cluster).ShouldBe(before);
        cluster.Get("/apis/apps/v1/namespaces/gateway/deployments/prod-mcp-gateway-silo")["spec"]!["replicas"]!.GetValue<int>().ShouldBe(3);
    }

    // Helm refuses to roll back to objects that exist but are not part of the present revision, as a Secret that it was told to keep would be.
    [Theory]
    [InlineData("keys: { existingSecret: mine }")]
    [InlineData("admin: { existingSecret: mine }")]
    [InlineData("database: { mode: external, external: { existingSecret: mine } }")]
    [InlineData("redis: { mode: external, external: { existingSecret: mine } }")]
    [InlineData("cluster: { membership: postgres }")]
    public async Task ARollBack_FromWhatTheOperatorGave_FindsTheGeneratedOnes(string given)
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);
        var before = Secrets(cluster);
        await RunAsync(cluster, Trial + "\n" + given, "upgrade", Helm.Release, Repository.Chart);

        await RunAsync(cluster, "", "rollback", Helm.Release);

        Secrets(cluster).ShouldBe(before);
    }

    [Fact]
    public async Task ASecretOfTheOperators_UnderTheGeneratedName_IsLeftAlone()
    {
        await using var cluster = await ApiServer.StartAsync();
        const string name = "prod-mcp-gateway-keys";
        cluster.AddSecret(name, new JsonObject { ["current"] = "b3du" });

        await RunAsync(cluster, Trial + $"\nkeys: {{ existingSecret: {name} }}", "install", Helm.Release, Repository.Chart);

        Value(cluster, "keys", "current").ShouldBe("own");
    }

    [Fact]
    public async Task WhatIsMissing_IsMade_AndTheRestKept()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);
        var before = Secrets(cluster);
        cluster.Delete("prod-mcp-gateway-cluster-tls");

        await RunAsync(cluster, Trial, "upgrade", Helm.Release, Repository.Chart);

        var after = Secrets(cluster);
        after["cluster-tls"].ShouldNotBe(before["cluster-tls"]);
        after.Remove("cluster-tls");
        before.Remove("cluster-tls");
        after.ShouldBe(before);
    }

    [Fact]
    public async Task AnUninstall_LeavesWhatDataDependsOn_AndAnotherInstallTakesItUp()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);
        var before = Secrets(cluster);

        await RunAsync(cluster, "", "uninstall", Helm.Release);
        cluster.SecretData("prod-mcp-gateway-cluster-tls").ShouldBeNull();
        await InstallAsync(cluster);

        var after = Secrets(cluster);
        after.Remove("cluster-tls");
        before.Remove("cluster-tls");
        after.ShouldBe(before);
    }

    [Fact]
    public async Task TwoInstallations_ShareNothing()
    {
        await using var one = await ApiServer.StartAsync();
        await using var other = await ApiServer.StartAsync();
        await InstallAsync(one);
        await InstallAsync(other);

        var first = Secrets(one);
        var second = Secrets(other);
        s_secrets.ShouldAllBe(name => first[name] != second[name]);
    }

    [Fact]
    public async Task TheMasterKey_IsThirtyTwoBytes_AndPasswordsAreLong()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);

        Convert.FromBase64String(Value(cluster, "keys", "current")).Length.ShouldBe(32);
        Value(cluster, "admin", "password").Length.ShouldBeGreaterThanOrEqualTo(20);
        Value(cluster, "postgresql", "password").Length.ShouldBeGreaterThanOrEqualTo(20);
        Value(cluster, "redis", "password").ShouldNotContain(',');
    }

    [Fact]
    public async Task TheGeneratedCertificate_ServesBothSides_AndIsOfItsAuthority()
    {
        await using var cluster = await ApiServer.StartAsync();
        await InstallAsync(cluster);

        using var certificate = X509Certificate2.CreateFromPem(Value(cluster, "cluster-tls", "tls.crt"), Value(cluster, "cluster-tls", "tls.key"));
        using var authority = X509Certificate2.CreateFromPem(Value(cluster, "cluster-tls", "ca.crt"));
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()
            .Select(usage => usage.Value).ShouldBe(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"], ignoreOrder: true);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(certificate).ShouldBeTrue(string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        certificate.HasPrivateKey.ShouldBeTrue();
    }

    private static Task InstallAsync(ApiServer cluster) => RunAsync(cluster, Trial, "install", Helm.Release, Repository.Chart);

    private static async Task RunAsync(ApiServer cluster, string values, params string[] arguments)
    {
        string[] more = values.Length == 0 ? [] : ["--values", "-", "--disable-openapi-validation"];
        (await Tools.HelmAsync([.. arguments, "--namespace", Helm.Namespace, "--kube-apiserver", cluster.Url, "--kube-token", "none", "--no-hooks", .. more], values)).Expected();
    }

    private static Dictionary<string, string> Secrets(ApiServer cluster) =>
        s_secrets.ToDictionary(name => name, name => cluster.SecretData($"prod-mcp-gateway-{name}").ShouldNotBeNull(name).ToJsonString());

    private static string Value(ApiServer cluster, string secret, string key) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster.SecretData($"prod-mcp-gateway-{secret}")![key]!));
}

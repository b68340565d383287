using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Images;

/// <summary>The compose file's first step, run for real: it makes what the programs need, once.</summary>
public sealed class InitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcpgateway-init-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Init_MakesSettingsThatFitTogether()
    {
        (await InitAsync()).Expected().ShouldContain("Administrator: admin@localhost");

        var silo = JsonNode.Parse(Read("silo/settings.json"))!;
        var client = JsonNode.Parse(Read("client/settings.json"))!;
        ((string)silo["Storage"]!["ConnectionString"]!).ShouldEndWith("Password=" + Read("postgres/password"));
        ((string?)client["Cluster"]!["Redis"]).ShouldBe((string?)silo["Cluster"]!["Redis"]);
        Read("redis/redis.conf").ShouldContain("requirepass " + ((string)silo["Cluster"]!["Redis"]!).Split("password=")[1]);
        client["Storage"].ShouldBeNull();
        client["ADMIN_PASSWORD"].ShouldBeNull();
        ((string?)silo["ADMIN_PASSWORD"]).ShouldBe(Read("admin/password").Trim());
        Convert.FromBase64String(Read("silo/master.key").Trim()).Length.ShouldBe(32);
        Read("client/master.key").ShouldBe(Read("silo/master.key"));
    }

    [Fact]
    public async Task Certificates_ServeBothSides_AndAreOfTheSameAuthority()
    {
        (await InitAsync()).Expected();
        using var authority = X509Certificate2.CreateFromPem(Read("silo/ca.crt"));
        foreach (var folder in new[] { "silo", "client" })
        {
            using var certificate = X509Certificate2.CreateFromPem(Read($"{folder}/tls.crt"), Read($"{folder}/tls.key"));
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.Build(certificate).ShouldBeTrue(folder);
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Count.ShouldBe(2);
            File.Exists(Path.Combine(_folder.FullName, folder, "ca.key")).ShouldBeFalse("Whoever has the authority's key makes administrators.");
        }
    }

    [Fact]
    public async Task ASecondRun_ChangesNothing_AndTellsNothing()
    {
        var first = (await InitAsync()).Expected();
        var before = Contents();

        var second = (await InitAsync()).Expected();

        Contents().ShouldBe(before);
        first.ShouldContain(Read("admin/password").Trim());
        second.ShouldNotContain(Read("admin/password").Trim());
    }

    [Fact]
    public async Task Files_AreTheirOwnersAlone()
    {
        (await InitAsync()).Expected();
        foreach (var file in new[] { "silo/settings.json", "silo/tls.key", "client/tls.key", "silo/master.key", "admin/password", "admin/ca.key" })
        {
            (new FileInfo(Path.Combine(_folder.FullName, file)).UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None, file);
        }
    }

    private async Task<Outcome> InitAsync()
    {
        Assert.SkipUnless(Tools.InPath("openssl") is not null, "This test needs openssl.");
        // Files are given to the programs' user, which root alone may do.
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "This test needs to run as root, as the init container does.");
        return await Tools.RunAsync("sh", [Path.Combine(Repository.Root, "deploy", "docker", "init", "init.sh"), _folder.FullName]);
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(_folder.FullName, path));

    private Dictionary<string, string> Contents() =>
        Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
}

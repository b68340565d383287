using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests;

/// <summary>Every mistake in the section Cluster is named by its key, all at once, and no secret is repeated.</summary>
public sealed class ClusterSettingsTests
{
    [Theory]
    [InlineData("Cluster:ClusterId", "", "Cluster:ClusterId must have")]
    [InlineData("Cluster:Membership", "etcd", "Cluster:Membership is 'etcd'")]
    [InlineData("Cluster:Redis", null, "Cluster:Redis is needed")]
    [InlineData("Cluster:Redis", "redis:6379,sslx=perhaps", "Cluster:Redis cannot be read")]
    [InlineData("Cluster:AdvertisedAddress", "here", "Cluster:AdvertisedAddress is 'here'")]
    [InlineData("Cluster:AdvertisedAddress", "0.0.0.0", "at which nobody can be reached")]
    [InlineData("Cluster:SiloPort", "0", "Cluster:SiloPort is 0")]
    [InlineData("Cluster:GatewayPort", "11111", "another than Cluster:SiloPort")]
    [InlineData("Cluster:Roles", "stdio,web", "Cluster:Roles names 'web'")]
    [InlineData("Cluster:InsecureTransport", "false", "Cluster:InsecureTransport=true")]
    [InlineData("Cluster:Tls:KeyFile", "key.pem", "all of CertificateFile, KeyFile and AuthorityFile")]
    public void Setting_ThatIsWrong_IsNamed(string key, string? value, string mistake) =>
        SettingsCheck.Of((key, value)).ShouldHaveSingleItem().ShouldContain(mistake);

    [Fact]
    public void Certificates_ThatAreNone_AreNamed()
    {
        var file = Path.GetTempFileName();
        try
        {
            SettingsCheck.Of(("Cluster:InsecureTransport", null), ("Cluster:Tls:CertificateFile", file), ("Cluster:Tls:KeyFile", file), ("Cluster:Tls:AuthorityFile", file))
                .ShouldHaveSingleItem().ShouldContain("Cluster:Tls:CertificateFile and KeyFile");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Membership_InPostgres_NeedsAConnectionAndNeverRepeatsIt()
    {
        SettingsCheck.Of(("Cluster:Membership", "postgres")).ShouldHaveSingleItem().ShouldContain("Cluster:ConnectionString is needed");
        SettingsCheck.Of(("Cluster:Membership", "postgres"), ("Cluster:ConnectionString", "Password=secret1")).ShouldHaveSingleItem().ShouldNotContain("secret1");
    }

    [Fact]
    public void Settings_ThatAreRight_HaveNoMistakes() => SettingsCheck.Of().ShouldBeEmpty();
}

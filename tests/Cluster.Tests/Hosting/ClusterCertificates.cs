using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>An authority of its own in a folder, and certificates that it signs.</summary>
internal sealed class ClusterCertificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder;
    private readonly TestAuthority _authority;

    public ClusterCertificates(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _authority = new TestAuthority("CN=the authority of " + Path.GetFileName(folder));
        File.WriteAllText(AuthorityFile, _authority.Pem);
        Renew("CN=node");
    }

    public string CertificateFile => Path.Combine(_folder, "tls.crt");

    public string KeyFile => Path.Combine(_folder, "tls.key");

    public string AuthorityFile => Path.Combine(_folder, "ca.crt");

    /// <summary>Puts a new certificate in place of the node's.</summary>
    /// <param name="forServers">False for one that may only be a client's.</param>
    public void Renew(string name, bool forServers = true, DateTimeOffset? until = null)
    {
        var uses = new OidCollection { new Oid(ClientUse) };
        if (forServers)
        {
            uses.Add(new Oid(ServerUse));
        }

        using var certificate = _authority.Issue(
            name, request => request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false)), until);
        File.WriteAllText(KeyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>An authority of its own in a folder, and certificates that it signs.</summary>
internal sealed class ClusterCertificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder;
    private readonly X509Certificate2 _authority;

    public ClusterCertificates(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=the authority of " + Path.GetFileName(folder), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Renew("CN=node");
    }

    public string CertificateFile => Path.Combine(_folder, "tls.crt");

    public string KeyFile => Path.Combine(_folder, "tls.key");

    public string AuthorityFile => Path.Combine(_folder, "ca.crt");

    /// <summary>Puts a new certificate in place of the node's.</summary>
    /// <param name="forServers">False for one that may only be a client's.</param>
    public void Renew(string name, bool forServers = true, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var uses = new OidCollection { new Oid(ClientUse) };
        if (forServers)
        {
            uses.Add(new Oid(ServerUse));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        using var certificate = request.Create(
            _authority, DateTimeOffset.UtcNow.AddMinutes(-4), until ?? DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpGateway.Testing;

/// <summary>A certificate authority that nobody trusts who was not told to, and certificates that it signs.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _own;

    public TestAuthority(string name = "CN=an authority of tests")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    public string Pem => _own.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    /// <param name="extend">Adds extensions.</param>
    public X509Certificate2 Issue(string name, Action<CertificateRequest> extend, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        extend(request);
        using var certificate = request.Create(
            _own, DateTimeOffset.UtcNow.AddMinutes(-4), until ?? DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate for servers on 127.0.0.1.</summary>
    /// <param name="issuerAt">Where it says that the authority's own certificate can be had; nowhere by default.</param>
    public X509Certificate2 IssueForLoopback(Uri? issuerAt = null) => Issue("CN=127.0.0.1", request =>
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (issuerAt is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuerAt.AbsoluteUri]));
        }
    });

    public void Dispose() => _own.Dispose();
}

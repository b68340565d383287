using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace McpGateway.Cluster.Transport;

/// <summary>What this node shows to others and whom it believes, as the files said at one moment.</summary>
internal sealed class NodeCertificate
{
    private static readonly string[] s_serverUse = ["1.3.6.1.5.5.7.3.1"];
    private static readonly string[] s_clientUse = ["1.3.6.1.5.5.7.3.2"];

    private readonly X509Certificate2Collection _authorities;

    private NodeCertificate(SslStreamCertificateContext own, X509Certificate2Collection authorities)
    {
        Own = own;
        _authorities = authorities;
    }

    public SslStreamCertificateContext Own { get; }

    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not hold what it should; the message says which.</exception>
    public static NodeCertificate Load(PemFiles files)
    {
        using var withKey = Read("CertificateFile and KeyFile", () => X509Certificate2.CreateFromPem(files.Certificate, files.Key));

        // The key of a certificate from PEM lives in memory only, which not every platform's TLS takes.
        var own = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        var sent = ReadAll("CertificateFile", files.Certificate);
        sent.RemoveAt(0);
        var authorities = ReadAll("AuthorityFile", files.Authority);
        return new NodeCertificate(SslStreamCertificateContext.Create(own, sent, offline: true), authorities);
    }

    /// <summary>Whether the other node's certificate comes from one of our authorities, is valid now, and is for what it is used for.</summary>
    /// <param name="problem">What is wrong with it, for the log.</param>
    public bool Believes(X509Certificate? certificate, X509Chain? received, bool isServer, out string problem)
    {
        if (certificate is null)
        {
            problem = "it showed no certificate";
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var use in isServer ? s_serverUse : s_clientUse)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new(use));
        }

        foreach (var element in received?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var other = new X509Certificate2(certificate);
        var isGood = chain.Build(other);
        problem = isGood ? "" : $"'{other.Subject}': {string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}";
        return isGood;
    }

    private static X509Certificate2Collection ReadAll(string setting, string pem) => Read(setting, () =>
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return all.Count > 0 ? all : throw new System.Security.Cryptography.CryptographicException("there is no certificate in it");
    });

    private static T Read<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            throw new System.Security.Cryptography.CryptographicException($"Cluster:Tls:{setting}: {exception.Message}", exception);
        }
    }
}

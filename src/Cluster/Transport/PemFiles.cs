namespace McpGateway.Cluster.Transport;

/// <summary>The texts of a node's three files; equal as long as no file changed.</summary>
internal sealed record PemFiles(string Certificate, string Key, string Authority)
{
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public static PemFiles Read(TlsSettings settings) => new(
        File.ReadAllText(settings.CertificateFile!), File.ReadAllText(settings.KeyFile!), File.ReadAllText(settings.AuthorityFile!));

    // It holds a key.
    public override string ToString() => nameof(PemFiles);
}

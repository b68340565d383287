using McpGateway.Cluster.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests;

/// <summary>Who may speak with silos: whoever shows a certificate of the cluster's authority, and nobody else.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class TransportTests(WholeCluster world)
{
    private static readonly TimeSpan s_refused = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Client_WithoutTls_IsRefused()
    {
        var client = ClusterClient.ConnectAsync(
            world.Cluster, s_refused, ("Cluster:InsecureTransport", "true"), ("Cluster:Tls:CertificateFile", null), ("Cluster:Tls:KeyFile", null), ("Cluster:Tls:AuthorityFile", null));

        await Should.ThrowAsync<OperationCanceledException>(client);
    }

    [Fact]
    public async Task Client_OfAnotherAuthority_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("mcpg-tls-");
        try
        {
            var foreign = new ClusterCertificates(folder.FullName);

            // It believes the silos; they do not believe it.
            var client = ClusterClient.ConnectAsync(
                world.Cluster, s_refused, ("Cluster:Tls:CertificateFile", foreign.CertificateFile), ("Cluster:Tls:KeyFile", foreign.KeyFile));

            await Should.ThrowAsync<OperationCanceledException>(client);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Client_OfAnExpiredCertificate_IsRefused()
    {
        world.Cluster.Certificates.Renew("CN=expired", until: DateTimeOffset.UtcNow.AddMinutes(-1));
        try
        {
            await Should.ThrowAsync<OperationCanceledException>(ClusterClient.ConnectAsync(world.Cluster, s_refused));
        }
        finally
        {
            world.Cluster.Certificates.Renew("CN=node");
        }
    }

    [Fact]
    public async Task Certificate_Renewed_IsInUseWithoutARestart()
    {
        world.Cluster.Certificates.Renew("CN=renewed");

        // The silos take it with the next connection that is made to them, at most ten seconds after they looked last.
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (!world.Cluster.Silos.All(static silo => silo.Recent.Contains("CN=renewed", StringComparison.Ordinal)))
        {
            patience.Token.ThrowIfCancellationRequested();
            await using var client = await ClusterClient.ConnectAsync(world.Cluster, Eventually.Patience);
            await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using McpGateway.Frontend.Configuration;
using McpGateway.Silo.Configuration;
using McpGateway.Storage;
using McpGateway.Testing.Databases;
using Microsoft.AspNetCore.Builder;

namespace McpGateway.EndToEnd.Tests.Hosting;

// Two silos of Orleans with PostgreSQL for rows, states and membership; frontends are clients of theirs. All speak through sockets, as they would from
// process to process. TLS between them, Redis, and what happens when they die is what Cluster.Tests are for.
internal sealed partial class GatewayHost
{
    private const int Silos = 2;

    private readonly string _clusterId = Guid.NewGuid().ToString("N");
    private readonly string _masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<WebApplication> _silos = [];

    public partial IEnumerable<IServiceProvider> GrainHosts => _silos.Select(static silo => silo.Services);

    public partial void BreakStreams(double share) => Assert.Skip("Streams of Orleans' grains break when silos die, which Cluster.Tests bring about.");

    // Before anything looks which database gateways under test have.
    [ModuleInitializer]
    internal static void UsePostgres() => Environment.SetEnvironmentVariable(TestStorage.Variable, StorageOptions.Postgres);

    private partial WebApplication BuildFrontend(int index) => GatewayApplication.Build(_addresses[index], DataFolder, Configure);

    private async partial Task StartGrainsAsync()
    {
        for (var i = 0; i < Silos; i++)
        {
            var silo = SiloApplication.Build("http://127.0.0.1:0", ConfigureSilo);
            _silos.Add(silo);
            await SiloDatabase.OpenAsync(silo.Services, TestContext.Current.CancellationToken);
            await silo.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    private async partial Task StopGrainsAsync()
    {
        foreach (var silo in _silos.ToArray())
        {
            _silos.Remove(silo);
            await EndAsync(silo);
        }
    }

    private partial void ConfigureEdition(WebApplicationBuilder builder)
    {
        builder.Configuration["Keys:Current"] = _masterKey;
        builder.Configuration["Cluster:ClusterId"] = _clusterId;
        builder.Configuration["Cluster:Membership"] = "postgres";
        builder.Configuration["Cluster:ConnectionString"] = builder.Configuration["Storage:ConnectionString"];
        builder.Configuration["Cluster:InsecureTransport"] = "true";
    }

    private void ConfigureSilo(WebApplicationBuilder builder)
    {
        Configure(builder);
        builder.Configuration["Cluster:SiloPort"] = Port();
        builder.Configuration["Cluster:GatewayPort"] = Port();
        builder.Configuration["Cluster:Roles"] = "stdio";
    }

    private static string Port()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}

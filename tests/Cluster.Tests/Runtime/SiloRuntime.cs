using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests;
using McpGateway.Silo.Configuration;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>
/// Three silos of Orleans in this process and a client of theirs, composed as the product composes them; the last silo is for processes.
/// States are in a PostgreSQL of their own. Orleans' TestingHost keeps the membership and carries the messages through memory; a real
/// membership, sockets and TLS are what the tests with processes are for.
/// </summary>
public sealed class SiloRuntime : IAsyncLifetime
{
    private const string ClusterId = "runtime";

    // Of the silos to come.
    private readonly ConcurrentQueue<string> _roles = new(["", "", SiloRoles.Stdio]);
    private readonly ConcurrentDictionary<string, string> _roleOf = new(StringComparer.Ordinal);
    private readonly string _masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private PostgresServer? _postgres;
    private string _database = "";
    private InProcessTestCluster? _cluster;
    private Probe _probe = new();

    internal IReadOnlyList<InProcessSiloHandle> Silos => _cluster!.Silos;

    /// <summary>The silo for processes; null while there is none.</summary>
    internal InProcessSiloHandle? ProcessSilo => Silos.SingleOrDefault(silo => _roleOf[silo.Name] == SiloRoles.Stdio);

    public async ValueTask InitializeAsync()
    {
        _postgres = await PostgresServer.TryStartAsync() ?? throw Xunit.Sdk.SkipException.ForSkip("PostgreSQL is not installed.");
        _database = await _postgres.CreateDatabaseAsync();
        await MigrateAsync();
        var builder = new InProcessTestClusterBuilder((short)_roles.Count);
        builder.Options.ClusterId = builder.Options.ServiceId = ClusterId;
        builder.Options.UseDistributedGrainDirectory = true;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(Configure);
        builder.ConfigureSiloHost((silo, host) =>
        {
            host.Configuration["Cluster:SiloPort"] = silo.SiloPort.ToString(CultureInfo.InvariantCulture);
            host.Configuration["Cluster:GatewayPort"] = silo.GatewayPort.ToString(CultureInfo.InvariantCulture);
            host.Configuration["Cluster:Roles"] = _roleOf[silo.SiloName] = _roles.TryDequeue(out var role) ? role : "";
            host.Services.AddTransient(_ => _probe);
            host.AddSilo();
        });
        builder.ConfigureClientHost(static host => host.AddClusterClient());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _probe.OpenAll();
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>The probe of a test that begins; what the one before it left waiting goes on.</summary>
    internal Probe NewProbe()
    {
        _probe.OpenAll();
        return _probe = new Probe();
    }

    /// <summary>A grain as a frontend sees it, with a key that no other test has.</summary>
    internal T Get<T>(string? key = null)
        where T : class, IGatewayGrain => _cluster!.Client.ServiceProvider.GetRequiredService<IGrains>().Get<T>(key ?? $"key {Guid.NewGuid():N}");

    /// <summary>A grain that the first call, which is made here, brings to life on that silo.</summary>
    internal async Task<T> PlaceAsync<T>(InProcessSiloHandle silo, Func<T, ValueTask> call, string? key = null)
        where T : class, IGatewayGrain
    {
        var grain = Get<T>(key);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
        try
        {
            await Patiently.CallAsync(async () =>
            {
                await call(grain).Soon();
                return true;
            });
        }
        finally
        {
            RequestContext.Clear();
        }

        WhereIs(grain).ShouldBe(silo);
        return grain;
    }

    /// <summary>The silo on which a grain lives; null where it lives nowhere.</summary>
    internal InProcessSiloHandle? WhereIs(IGatewayGrain grain) =>
        _cluster!.TryGetGrainContext(grain.GetGrainId(), out var context) ? Silos.Single(silo => silo.SiloAddress.Equals(context.Address.SiloAddress)) : null;

    /// <summary>Ends a grain's activation, as when it was idle for long.</summary>
    internal Task DeactivateAsync(IGatewayGrain grain) => _cluster!.DeactivateAsync(grain).Soon();

    /// <summary>Ends a silo without a word to its grains.</summary>
    internal Task KillAsync(InProcessSiloHandle silo) => _cluster!.KillSiloAsync(silo);

    /// <summary>Ends a silo as an update does.</summary>
    internal Task StopAsync(InProcessSiloHandle silo) => _cluster!.StopSiloAsync(silo);

    /// <summary>Puts another silo in the place of one that was ended, and waits until everybody knows which there are.</summary>
    internal async Task StartAsync(string role = "")
    {
        _roles.Enqueue(role);
        await _cluster!.StartAdditionalSiloAsync();
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
    }

    /// <summary>Runs a statement in the cluster's database and answers its first value.</summary>
    internal Task<object?> SqlAsync(string statement) => _postgres!.ExecuteAsync(statement, _database);

    private void Configure(IHostApplicationBuilder host) => host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Storage:ConnectionString"] = _postgres!.ConnectionString(_database),
        ["Keys:Current"] = _masterKey,
        ["ADMIN_EMAIL"] = "admin@example.com",
        ["ADMIN_PASSWORD"] = "correct horse battery staple",
        ["Cluster:ClusterId"] = ClusterId,
        ["Cluster:ServiceId"] = ClusterId,
        ["Cluster:Membership"] = "postgres",
        ["Cluster:ConnectionString"] = _postgres.ConnectionString(_database),
        ["Cluster:InsecureTransport"] = "true",
    });

    private async Task MigrateAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Configure(builder);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddSiloDatabase();
        using var host = builder.Build();
        await SiloDatabase.MigrateAsync(host.Services, TestContext.Current.CancellationToken);
    }
}

[CollectionDefinition(Name)]
public sealed class SiloRuntimeCollection : ICollectionFixture<SiloRuntime>
{
    public const string Name = "silos in this process";
}

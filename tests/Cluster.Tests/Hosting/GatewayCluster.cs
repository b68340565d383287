using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Databases;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>
/// A whole installation on loopback, every node a process of its own as in production: PostgreSQL, Redis where it keeps the membership,
/// silos, frontends behind a load balancer without affinity, a dashboard; TLS between all of them.
/// </summary>
internal sealed class GatewayCluster : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery staple";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcpg-cluster-");
    private readonly List<(string, string?)> _settings = [];
    private string _database = "";

    private GatewayCluster()
    {
    }

    public PostgresServer Postgres { get; private set; } = null!;

    public RedisServer? Redis { get; private set; }

    public ClusterCertificates Certificates { get; private set; } = null!;

    public List<Node> Silos { get; } = [];

    public List<Node> Frontends { get; } = [];

    public Node Dashboard { get; private set; } = null!;

    public RoundRobin Balancer { get; private set; } = null!;

    /// <summary>Reaches the balancer; paths are relative.</summary>
    public HttpClient Http { get; private set; } = null!;

    public RestApi Admin { get; private set; } = null!;

    /// <summary>The settings of the section <c>Cluster</c>, for a client that a test makes itself.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ClusterSettings => _settings
        .Where(setting => setting.Item1.StartsWith("MCPGATEWAY_Cluster__", StringComparison.Ordinal))
        .Select(setting => new KeyValuePair<string, string?>(
            setting.Item1["MCPGATEWAY_".Length..].Replace("__", ":", StringComparison.Ordinal), setting.Item2));

    /// <summary>Starts everything and waits until it serves. Skips the test where PostgreSQL or Redis is not installed.</summary>
    /// <param name="island">Where the first silo is, if not here.</param>
    /// <param name="roles">One entry for each silo: its roles.</param>
    public static async Task<GatewayCluster> StartAsync(string membership, int frontends, Island? island, params string[] roles)
    {
        var cluster = new GatewayCluster();
        try
        {
            await cluster.PrepareAsync(membership);
            if (island is not null)
            {
                cluster.Silos.Add(cluster.SettleOn(island, roles[0]));
            }

            await cluster.StartAsync(frontends, roles[cluster.Silos.Count..]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw MCP through the balancer.</summary>
    public McpHttp Mcp(string serverId, string token) => new(Http, $"/servers/{serverId}/mcp", token);

    /// <summary>Registers an MCP server and answers its id.</summary>
    public Task<string> RegisterAsync(string name, string url) => MakeAsync("/gateways", name, new { name, url });

    /// <summary>Makes a virtual server of everything that an MCP server offers, and answers its id.</summary>
    public Task<string> ComposeAsync(string name, string upstream) =>
        MakeAsync("/servers", name, new { name, visibility = "public", associated_gateways = new[] { upstream } });

    // The first changes in the life of seven processes that share two cores may take longer than a grain call may: then whoever asked looks
    // and tries again, as the answer says.
    private async Task<string> MakeAsync(string path, string name, object settings)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            var answer = await Admin.PostAsync(path, settings);
            if (answer.Status is not HttpStatusCode.ServiceUnavailable)
            {
                var made = answer.Status is HttpStatusCode.Conflict
                    ? (await Admin.GetAsync(path)).Expect(HttpStatusCode.OK).Json.EnumerateArray().Single(known => known.GetProperty("name").GetString() == name)
                    : answer.Expect(HttpStatusCode.Created).Json;
                return made.GetProperty("id").GetString()!;
            }

            await Task.Delay(500, patience.Token);
        }
    }

    /// <summary>Waits until every node says that it is ready.</summary>
    public async Task WaitUntilWholeAsync()
    {
        foreach (var node in Silos.Concat(Frontends).Append(Dashboard))
        {
            await node.WaitUntilReadyAsync();
        }
    }

    /// <summary>One more silo with settings of its own, not started.</summary>
    public Node NewSilo(string roles, params (string, string?)[] settings) => NewSilo(roles, island: null, NewAddress(), settings);

    /// <summary>One more frontend with settings of its own, not started.</summary>
    public Node NewFrontend(params (string, string?)[] settings) => new("McpGateway.Frontend", NewAddress(), [.. _settings, .. settings]);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Balancer is not null)
        {
            await Balancer.DisposeAsync();
        }

        foreach (var node in Frontends.Concat(Silos))
        {
            await node.DisposeAsync();
        }

        await (Dashboard?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Delete(recursive: true);
    }

    private async Task PrepareAsync(string membership)
    {
        Postgres = await PostgresServer.TryStartAsync() ?? throw Xunit.Sdk.SkipException.ForSkip("PostgreSQL is not installed.");
        _database = await Postgres.CreateDatabaseAsync();
        if (membership == "redis")
        {
            Redis = await RedisServer.TryStartAsync() ?? throw Xunit.Sdk.SkipException.ForSkip("Redis is not installed.");
        }

        Certificates = new ClusterCertificates(Path.Combine(_folder.FullName, "tls"));
        var key = Path.Combine(_folder.FullName, "master.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        _settings.AddRange(
        [
            ("MCPGATEWAY_Keys__CurrentFile", key),
            ("MCPGATEWAY_ADMIN_EMAIL", Email),
            ("MCPGATEWAY_ADMIN_PASSWORD", Password),
            ("MCPGATEWAY_Cluster__Membership", membership),
            ("MCPGATEWAY_Cluster__Redis", Redis?.Connection),
            ("MCPGATEWAY_Cluster__ConnectionString", Postgres.ConnectionString(_database)),
            ("MCPGATEWAY_Cluster__Tls__CertificateFile", Certificates.CertificateFile),
            ("MCPGATEWAY_Cluster__Tls__KeyFile", Certificates.KeyFile),
            ("MCPGATEWAY_Cluster__Tls__AuthorityFile", Certificates.AuthorityFile),
            ("DOTNET_ENVIRONMENT", "Production"),

            // Seven processes share this machine; each would otherwise keep memory as if it had it for itself.
            ("DOTNET_gcServer", "0"),
        ]);
    }

    private async Task StartAsync(int frontends, string[] roles)
    {
        Silos.AddRange(roles.Select(role => NewSilo(role)));
        Frontends.AddRange(Enumerable.Range(0, frontends).Select(_ => NewFrontend()));
        Dashboard = new Node("McpGateway.DashboardHost", NewAddress(), [.. _settings]);

        // As the chart does: first the migration, then all at once; clients wait for silos.
        await MigrateAsync();
        foreach (var node in Silos.Concat(Frontends).Append(Dashboard))
        {
            node.Launch();
        }

        await WaitUntilWholeAsync();
        Balancer = await RoundRobin.StartAsync(0, [.. Frontends.Select(frontend => frontend.Address)]);
        Http = new HttpClient { BaseAddress = new Uri(Balancer.Address), Timeout = TimeSpan.FromSeconds(60) };
        Admin = await RestApi.SignInAsync(Http, Email, Password);
    }

    private async Task MigrateAsync()
    {
        await using var job = NewSilo("").Run("migrate");
        (await job.WaitForEndAsync()).ShouldBe(0, job.Recent);
    }

    // All nodes speak over the cable then, so silos are not on loopback and would not let MCP servers be there.
    private Node SettleOn(Island island, string roles)
    {
        _settings.AddRange(
        [
            ("MCPGATEWAY_Cluster__AdvertisedAddress", Island.Near),
            ("MCPGATEWAY_Upstreams__AllowLoopback", "true"),
            ("MCPGATEWAY_Upstreams__AllowPrivateNetworks", "true"),
        ]);
        return NewSilo(roles, island, $"http://{Island.Far}:{Port()}", ("MCPGATEWAY_Cluster__AdvertisedAddress", Island.Far));
    }

    private Node NewSilo(string roles, Island? island, string address, params (string, string?)[] settings) => new(
        "McpGateway.Silo",
        address,
        [
            .. _settings, ("MCPGATEWAY_Storage__ConnectionString", Postgres.ConnectionString(_database)), ("MCPGATEWAY_Cluster__Roles", roles),
            ("MCPGATEWAY_Cluster__SiloPort", Port()), ("MCPGATEWAY_Cluster__GatewayPort", Port()), .. settings,
        ],
        island);

    private static string NewAddress() => $"http://127.0.0.1:{Port()}";

    private static string Port() => Peers.FreePort().ToString(CultureInfo.InvariantCulture);
}

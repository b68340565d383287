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
    /// <param name="roles">One entry for each silo: its roles.</param>
    public static async Task<GatewayCluster> StartAsync(string membership, int frontends, params string[] roles)
    {
        var cluster = new GatewayCluster();
        try
        {
            await cluster.PrepareAsync(membership);
            await cluster.StartAsync(frontends, roles);
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

    /// <summary>
    /// Registers an MCP server. The first change in the life of seven processes that share two cores may take longer than a grain call may:
    /// then whoever asked looks and tries again, as the answer says.
    /// </summary>
    public async Task<string> RegisterAsync(string name, string url)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            var answer = await Admin.PostAsync("/gateways", new { name, url });
            if (answer.Status is not HttpStatusCode.ServiceUnavailable)
            {
                var known = answer.Status is HttpStatusCode.Conflict
                    ? (await Admin.GetAsync("/gateways")).Expect(HttpStatusCode.OK).Json.EnumerateArray().Single(gateway => gateway.GetProperty("name").GetString() == name)
                    : answer.Expect(HttpStatusCode.Created).Json;
                return known.GetProperty("id").GetString()!;
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
    public Node NewSilo(string roles, params (string, string?)[] settings) => new(
        "McpGateway.Silo",
        NewAddress(),
        [
            .. _settings, ("MCPGATEWAY_Storage__ConnectionString", Postgres.ConnectionString(_database)), ("MCPGATEWAY_Cluster__Roles", roles),
            ("MCPGATEWAY_Cluster__SiloPort", Port()), ("MCPGATEWAY_Cluster__GatewayPort", Port()), .. settings,
        ]);

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

        // All at once, as an orchestrator does: silos bring the database up to date one after the other, clients wait for silos.
        foreach (var node in Silos.Concat(Frontends).Append(Dashboard))
        {
            node.Launch();
        }

        await WaitUntilWholeAsync();
        Balancer = await RoundRobin.StartAsync(0, [.. Frontends.Select(frontend => frontend.Address)]);
        Http = new HttpClient { BaseAddress = new Uri(Balancer.Address), Timeout = TimeSpan.FromSeconds(60) };
        Admin = await RestApi.SignInAsync(Http, Email, Password);
    }

    private static string NewAddress() => $"http://127.0.0.1:{Port()}";

    private static string Port() => Peers.FreePort().ToString(CultureInfo.InvariantCulture);
}

namespace McpGateway.Gateway.Upstreams;

/// <summary>How upstreams may be reached. Configuration section <see cref="Section"/>.</summary>
public sealed class UpstreamOptions
{
    public const string Section = "Upstreams";

    /// <summary>Whether upstreams on this machine may be called. Default null: only while all our own listeners are loopback.</summary>
    public bool? AllowLoopback { get; set; }

    /// <summary>Whether upstreams in private networks may be called. Default null: only while all our own listeners are loopback.</summary>
    public bool? AllowPrivateNetworks { get; set; }

    /// <summary>Networks (CIDR) that may be called although loopback or private. Link-local and metadata addresses stay refused. Default: none.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>
    /// How long making a connection may take, DNS and TLS included. To an upstream to which connections are made quickly they may take ten times
    /// as long as usual, though at least two seconds. Default: 5 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After this time a pooled connection is not used again, so that DNS changes are followed. Default: 5 min.</summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Most connections to one upstream from one node. Default: 1,024.</summary>
    public int MaxConnections { get; set; } = 1024;

    /// <summary>The largest answer accepted outside tool calls (discovery, sessions), and the longest line of a process, in bytes. Default: 16 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long one request of discovery may take. Default: 15 s.</summary>
    public TimeSpan DiscoveryTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the whole of a discovery may take, all pages of all lists. Default: 2 min.</summary>
    public TimeSpan InspectionTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stdio process may take to answer the era probe before it counts as legacy. Default: 2 s.</summary>
    public TimeSpan StdioProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a verdict about an upstream's era holds. Default: 24 h.</summary>
    public TimeSpan VerdictLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a connection may stay unused before it is closed. Default: 10 min.</summary>
    public TimeSpan ConnectionIdle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether this node may start the processes of stdio upstreams. Default: true; in the clustered edition it follows from <c>Cluster:Roles</c>.
    /// </summary>
    public bool RunsProcesses { get; set; } = true;

    /// <summary>Calls that may run at once on one stdio process or SSE stream. Default: 256.</summary>
    public int MaxCallsPerConnection { get; set; } = 256;

    /// <summary>Resources that may be watched at once over one connection. Default: 10,000.</summary>
    public int MaxWatchedPerConnection { get; set; } = 10_000;

    /// <summary>Resources that one user may watch at once over one connection. Default: 1,000.</summary>
    public int MaxWatchedPerPrincipal { get; set; } = 1_000;

    /// <summary>Most tools, prompts, resources and templates taken from one upstream, together. Default: 20,000.</summary>
    public int MaxItems { get; set; } = 20_000;

    /// <summary>Most bytes of definitions taken from one upstream, together. Default: 64 MiB.</summary>
    public int MaxCatalogBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most pages read of one list. Default: 1,000.</summary>
    public int MaxPages { get; set; } = 1_000;

    /// <summary>Steps of a process's end: how long to wait after closing its input, and again after SIGTERM. Default: 2 s.</summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(2);
}

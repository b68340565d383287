using System.Net;
using McpGateway.Abstractions.Seam;
using McpGateway.Cluster.Membership;

namespace McpGateway.Cluster;

/// <summary>How the nodes of one installation find and trust each other (configuration section <see cref="Section"/>). The same on all tiers.</summary>
public sealed class ClusterSettings
{
    public const string Section = "Cluster";
    public const string OnRedis = "redis";
    public const string OnPostgres = "postgres";

    /// <summary>Tells installations apart that share a Redis or a PostgreSQL. Default: <c>mcp-gateway</c>.</summary>
    public string ClusterId { get; set; } = "mcp-gateway";

    /// <summary>Under this name grains keep their state; it must stay the same for the installation's whole life. Default: <c>mcp-gateway</c>.</summary>
    public string ServiceId { get; set; } = "mcp-gateway";

    /// <summary>Where silos write down that they live: <c>redis</c> or <c>postgres</c>. Default: redis, where this build has it.</summary>
    public string Membership { get; set; } = RedisMembership.IsBuiltIn ? OnRedis : OnPostgres;

    /// <summary>Needed with <c>redis</c>: <c>host:6379,password=…,ssl=true</c>, as StackExchange.Redis reads it.</summary>
    public string? Redis { get; set; }

    /// <summary>Needed with <c>postgres</c>: the database with the membership tables, as Npgsql reads it. Default for silos: <c>Storage:ConnectionString</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The address at which other nodes reach this silo; in Kubernetes the pod's. Default: loopback, for a cluster on one machine.</summary>
    public string AdvertisedAddress { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>Where other silos connect. Default: 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Where frontends and dashboards connect. Default: 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>What this silo does beside the common work, separated by commas: <see cref="SiloRoles.Stdio"/>. Default: nothing.</summary>
    public string Roles { get; set; } = "";

    /// <summary>
    /// Whoever reaches a silo's port without TLS is administrator of everything. Only for networks where nobody else can, and said explicitly.
    /// Default: false.
    /// </summary>
    public bool InsecureTransport { get; set; }

    /// <summary>The certificate by which this node is known to the others, and whom it believes.</summary>
    public TlsSettings Tls { get; set; } = new();

    internal IReadOnlyList<string> RoleList => SiloRoles.Split(Roles);

    internal bool IsOnPostgres => string.Equals(Membership, OnPostgres, StringComparison.OrdinalIgnoreCase);

    internal bool IsOnRedis => string.Equals(Membership, OnRedis, StringComparison.OrdinalIgnoreCase);
}

/// <summary>PEM files, as a Kubernetes TLS Secret holds them. They are read again when they change.</summary>
public sealed class TlsSettings
{
    /// <summary>This node's certificate, then those between it and the authority's, if any (<c>tls.crt</c>).</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, not encrypted (<c>tls.key</c>).</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// The authorities whose certificates are believed (<c>ca.crt</c>); several while one takes over from another. It must be the cluster's own:
    /// every certificate that it signs makes its holder an administrator.
    /// </summary>
    public string? AuthorityFile { get; set; }

    internal bool IsComplete => CertificateFile is not null && KeyFile is not null && AuthorityFile is not null;
}

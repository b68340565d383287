using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Storage.Model;

/// <summary>A registered MCP server: what an administrator set, and what the gateway found out about it.</summary>
public sealed class UpstreamEntity : IOwned, IVersioned, ISearched
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The name in upper case; unique. Derived when saved.</summary>
    public string NormalizedName { get; set; } = "";

    /// <summary>What prefixes tool names; unique.</summary>
    public required string Slug { get; set; }

    public string? Description { get; set; }

    public TransportKind Transport { get; set; }

    public string? Url { get; set; }

    public string? Command { get; set; }

    public string[] Arguments { get; set; } = [];

    public string[] EnvironmentNames { get; set; } = [];

    /// <summary>Sealed with purpose <c>upstream-environment</c> and the id as associated data: a JSON object name → value. Empty for none.</summary>
    public byte[] SealedEnvironment { get; set; } = [];

    public string? WorkingFolder { get; set; }

    public AuthKind Auth { get; set; }

    public string[] HeaderNames { get; set; } = [];

    /// <summary>
    /// What is sent to the upstream to authenticate, whatever <see cref="Auth"/> is: "name: value" lines, sealed with purpose
    /// <c>upstream-headers</c> and the id as associated data. Empty for none.
    /// </summary>
    public byte[] SealedHeaders { get; set; } = [];

    public string[] Tags { get; set; } = [];

    public Visibility Visibility { get; set; }

    public required string OwnerId { get; set; }

    public string? TeamId { get; set; }

    public bool Enabled { get; set; } = true;

    public SharingMode Sharing { get; set; }

    public DriftPolicy Drift { get; set; }

    public int RefreshSeconds { get; set; } = 300;

    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Calls that may run at once from one node; 0 for what its configuration says.</summary>
    public int MaxConcurrency { get; set; }

    public Era Era { get; set; }

    public string? ProtocolVersion { get; set; }

    /// <summary>When the era was last found out; it is asked again once in a while.</summary>
    public DateTimeOffset? EraCheckedAt { get; set; }

    /// <summary>The upstream gave a session id at initialize.</summary>
    public bool RequiresSession { get; set; }

    /// <summary>The capabilities object, raw JSON; empty before the first discovery.</summary>
    public byte[] Capabilities { get; set; } = [];

    public string? ServerName { get; set; }

    public string? ServerVersion { get; set; }

    public string? Instructions { get; set; }

    public UpstreamState State { get; set; }

    public DateTimeOffset? LastSeen { get; set; }

    public string? LastError { get; set; }

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Name, description and address in lower case. Derived when saved.</summary>
    public string SearchText { get; set; } = "";

    public void DeriveSearchText()
    {
        NormalizedName = Names.Normalize(Name);
        SearchText = Names.Searchable(Name, Slug, Description, Url ?? Command);
    }
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>
/// What the API is given to create, change or test an upstream. Null (or a default array) means "not given": a default when creating,
/// unchanged when updating. Secrets are in clear here and nowhere else.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record UpstreamInput
{
    [Id(0)] public string? Name { get; init; }
    [Id(1)] public string? Description { get; init; }
    [Id(2)] public string? Url { get; init; }
    [Id(3)] public TransportKind? Transport { get; init; }
    [Id(4)] public string? Command { get; init; }
    [Id(5)] public ImmutableArray<string> Arguments { get; init; }
    [Id(6)] public ImmutableDictionary<string, string>? Environment { get; init; }
    [Id(7)] public string? WorkingFolder { get; init; }
    [Id(8)] public AuthKind? Auth { get; init; }
    [Id(9)] public string? AuthToken { get; init; }
    [Id(10)] public string? AuthUsername { get; init; }
    [Id(11)] public string? AuthPassword { get; init; }
    [Id(12)] public ImmutableDictionary<string, string>? AuthHeaders { get; init; }
    [Id(13)] public ImmutableArray<string> Tags { get; init; }
    [Id(14)] public Visibility? Visibility { get; init; }
    [Id(15)] public string? TeamId { get; init; }
    [Id(16)] public bool? Enabled { get; init; }
    [Id(17)] public SharingMode? Sharing { get; init; }
    [Id(18)] public DriftPolicy? Drift { get; init; }

    /// <summary>Seconds between two refreshes of the catalog: 10 to 86,400; default 300.</summary>
    [Id(19)] public int? RefreshSeconds { get; init; }

    /// <summary>Seconds a call may take: 1 to 3,600; default 60.</summary>
    [Id(20)] public int? TimeoutSeconds { get; init; }

    /// <summary>Calls that may run at once from one node: 1 to 10,000; 0, the default, for what the node's configuration says.</summary>
    [Id(21)] public int? MaxConcurrency { get; init; }
}

/// <summary>An upstream as the API shows it. Secrets are named, never shown.</summary>
[GenerateSerializer, Immutable]
public sealed record UpstreamView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }

    /// <summary>The name as it prefixes tools: lower case, <c>[a-z0-9-]</c>.</summary>
    [Id(2)] public required string Slug { get; init; }
    [Id(3)] public string? Description { get; init; }
    [Id(4)] public string? Url { get; init; }
    [Id(5)] public TransportKind Transport { get; init; }
    [Id(6)] public string? Command { get; init; }
    [Id(7)] public ImmutableArray<string> Arguments { get; init; }

    /// <summary>Names of the environment variables; their values are sealed.</summary>
    [Id(8)] public ImmutableArray<string> EnvironmentNames { get; init; }
    [Id(9)] public string? WorkingFolder { get; init; }
    [Id(10)] public AuthKind Auth { get; init; }

    /// <summary>Names of the headers that are sent; their values are sealed.</summary>
    [Id(11)] public ImmutableArray<string> AuthHeaderNames { get; init; }
    [Id(12)] public ImmutableArray<string> Tags { get; init; }
    [Id(13)] public Visibility Visibility { get; init; }
    [Id(14)] public string? TeamId { get; init; }
    [Id(15)] public required string OwnerId { get; init; }
    [Id(16)] public bool Enabled { get; init; }
    [Id(17)] public SharingMode Sharing { get; init; }
    [Id(18)] public DriftPolicy Drift { get; init; }
    [Id(19)] public int RefreshSeconds { get; init; }
    [Id(20)] public int TimeoutSeconds { get; init; }
    [Id(21)] public UpstreamState State { get; init; }
    [Id(22)] public Era Era { get; init; }
    [Id(23)] public string? ProtocolVersion { get; init; }
    [Id(24)] public string? ServerName { get; init; }
    [Id(25)] public string? ServerVersion { get; init; }
    [Id(26)] public int ToolCount { get; init; }
    [Id(27)] public int PromptCount { get; init; }
    [Id(28)] public int ResourceCount { get; init; }
    [Id(29)] public int TemplateCount { get; init; }
    [Id(30)] public DateTimeOffset? LastSeen { get; init; }
    [Id(31)] public string? LastError { get; init; }
    [Id(32)] public DateTimeOffset CreatedAt { get; init; }
    [Id(33)] public DateTimeOffset UpdatedAt { get; init; }
    [Id(34)] public int Version { get; init; }

    /// <summary>0 for what the node's configuration says.</summary>
    [Id(35)] public int MaxConcurrency { get; init; }
}

/// <summary>Which upstreams a list shows.</summary>
/// <param name="Search">Part of name, description or address, any case.</param>
/// <param name="Enabled">Null: both.</param>
[GenerateSerializer, Immutable]
public sealed record UpstreamQuery(
    string? Search, string? Tag, UpstreamState? State, TransportKind? Transport, string? TeamId, bool? Enabled);

/// <summary>How an upstream is doing; what a watcher gets.</summary>
[GenerateSerializer, Immutable]
public sealed record UpstreamStatus(
    string Id, UpstreamState State, Era Era, string? ProtocolVersion, int ToolCount, DateTimeOffset? LastSeen, string? LastError);

/// <summary>What a node needs to call an upstream; cached by nodes and replaced when the feed names the upstream.</summary>
/// <param name="SealedHeaders">Sealed with purpose <c>upstream-headers</c> and the upstream's id as associated data: "name: value" lines; empty for none.</param>
/// <param name="RequiresSession">The upstream gave a session id at initialize, so calls carry one.</param>
/// <param name="Capabilities">The upstream's capabilities object as raw JSON; empty before the first discovery.</param>
/// <param name="Version">Feed id as of which the record was made.</param>
/// <param name="MaxConcurrency">Calls that may run at once from one node; 0 for what its configuration says.</param>
[GenerateSerializer, Immutable]
public sealed record UpstreamRoute(
    string Id,
    string Name,
    string Slug,
    TransportKind Transport,
    string? Url,
    Era Era,
    string? ProtocolVersion,
    bool RequiresSession,
    SharingMode Sharing,
    ReadOnlyMemory<byte> SealedHeaders,
    int TimeoutSeconds,
    bool Enabled,
    UpstreamState State,
    ReadOnlyMemory<byte> Capabilities,
    long Version,
    int MaxConcurrency);

/// <summary>What a test of settings found, without saving anything.</summary>
[GenerateSerializer, Immutable]
public sealed record UpstreamProbe(
    bool Success, Era Era, string? ProtocolVersion, string? ServerName, string? ServerVersion,
    int ToolCount, int PromptCount, int ResourceCount, int TemplateCount, ImmutableArray<string> ToolNames, string? Error, double Milliseconds);

/// <summary>A line that an upstream's process wrote to its standard error.</summary>
[GenerateSerializer, Immutable]
public readonly record struct UpstreamLogLine(DateTimeOffset At, string Connection, string Text);

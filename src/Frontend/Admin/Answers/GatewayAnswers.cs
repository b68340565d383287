using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>A registered MCP server. Secrets are named, never shown.</summary>
internal sealed record GatewayAnswer
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Slug { get; init; }
    public string? Description { get; init; }
    public string? Url { get; init; }
    public required string Transport { get; init; }
    public string? Command { get; init; }
    public required string[] Args { get; init; }
    public required string[] EnvNames { get; init; }
    public string? Cwd { get; init; }
    public required string AuthType { get; init; }
    public required string[] AuthHeaderNames { get; init; }
    public required string[] Tags { get; init; }
    public required string Visibility { get; init; }
    public string? TeamId { get; init; }
    public required string OwnerId { get; init; }
    public bool Enabled { get; init; }
    public required string Sharing { get; init; }
    public required string DriftPolicy { get; init; }
    public int RefreshIntervalSeconds { get; init; }
    public int TimeoutSeconds { get; init; }
    public int MaxConcurrency { get; init; }
    public required string State { get; init; }
    public bool Reachable { get; init; }
    public required string Era { get; init; }
    public string? ProtocolVersion { get; init; }
    public string? ServerName { get; init; }
    public string? ServerVersion { get; init; }
    public int ToolCount { get; init; }
    public int PromptCount { get; init; }
    public int ResourceCount { get; init; }
    public int TemplateCount { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
    public string? LastError { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public int Version { get; init; }

    public static GatewayAnswer Of(UpstreamView view) => new()
    {
        Id = view.Id,
        Name = view.Name,
        Slug = view.Slug,
        Description = view.Description,
        Url = view.Url,
        Transport = Words.Transport[view.Transport],
        Command = view.Command,
        Args = view.Arguments.OrEmpty(),
        EnvNames = view.EnvironmentNames.OrEmpty(),
        Cwd = view.WorkingFolder,
        AuthType = Words.Auth[view.Auth],
        AuthHeaderNames = view.AuthHeaderNames.OrEmpty(),
        Tags = view.Tags.OrEmpty(),
        Visibility = Words.Visibility[view.Visibility],
        TeamId = view.TeamId,
        OwnerId = view.OwnerId,
        Enabled = view.Enabled,
        Sharing = Words.Sharing[view.Sharing],
        DriftPolicy = Words.Drift[view.Drift],
        RefreshIntervalSeconds = view.RefreshSeconds,
        TimeoutSeconds = view.TimeoutSeconds,
        MaxConcurrency = view.MaxConcurrency,
        State = Words.State[view.State],
        Reachable = view.State == UpstreamState.Online,
        Era = Words.Era[view.Era],
        ProtocolVersion = view.ProtocolVersion,
        ServerName = view.ServerName,
        ServerVersion = view.ServerVersion,
        ToolCount = view.ToolCount,
        PromptCount = view.PromptCount,
        ResourceCount = view.ResourceCount,
        TemplateCount = view.TemplateCount,
        LastSeen = view.LastSeen,
        LastError = view.LastError,
        CreatedAt = view.CreatedAt,
        UpdatedAt = view.UpdatedAt,
        Version = view.Version,
    };
}

/// <summary>What a test of settings found; nothing was saved.</summary>
internal sealed record ProbeAnswer(
    bool Success,
    string Era,
    string? ProtocolVersion,
    string? ServerName,
    string? ServerVersion,
    int ToolCount,
    int PromptCount,
    int ResourceCount,
    int TemplateCount,
    string[] ToolNames,
    string? Error,
    double LatencyMs)
{
    public static ProbeAnswer Of(UpstreamProbe probe) => new(
        probe.Success,
        Words.Era[probe.Era],
        probe.ProtocolVersion,
        probe.ServerName,
        probe.ServerVersion,
        probe.ToolCount,
        probe.PromptCount,
        probe.ResourceCount,
        probe.TemplateCount,
        probe.ToolNames.OrEmpty(),
        probe.Error,
        probe.Milliseconds);
}

/// <summary>What became of each server of an imported configuration.</summary>
internal sealed record ImportAnswer(int Created, int Failed, ImportResult[] Results);

/// <param name="Status"><c>created</c> or <c>failed</c>.</param>
internal sealed record ImportResult(string Name, string Status, GatewayAnswer? Gateway, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>A line that a server's process wrote to its standard error.</summary>
internal sealed record LogLineAnswer(DateTimeOffset At, string Connection, string Text);

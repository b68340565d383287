namespace McpGateway.Abstractions.Seam;

/// <summary>What silos of the clustered edition can be for, beside the common work.</summary>
public static class SiloRoles
{
    /// <summary>Runs the processes of stdio upstreams: its image has what they need, and nothing else of worth is near them.</summary>
    public const string Stdio = "stdio";

    /// <summary>The metadata under which silos tell each other of their roles.</summary>
    public const string MetadataKey = "roles";

    /// <summary>Reads roles as settings and metadata hold them: separated by commas.</summary>
    public static IReadOnlyList<string> Split(string? roles) =>
        (roles ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>How MCP clients are served. Section <c>Mcp</c>.</summary>
internal sealed class McpOptions
{
    public const string Section = "Mcp";

    /// <summary>The largest message (answer or event) taken from an upstream, in bytes. Default: 16 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many entries a page of a list has. Default: 500.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>How often a quiet stream says that it is alive. Default: 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may take to answer a question of a server (sampling, elicitation, roots). Default: 10 minutes.</summary>
    public TimeSpan QuestionPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A session that was not used for so long is over. Default: 1 hour.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A session is over so long after it was opened, used or not. Default: 7 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many sessions this node holds in memory. Default: 20,000.</summary>
    public int MaxSessions { get; set; } = 20_000;

    /// <summary>How many of them one principal may have. Default: 100.</summary>
    public int MaxSessionsPerPrincipal { get; set; } = 100;

    /// <summary>How many <c>subscriptions/listen</c> streams one principal may have open on this node. Default: 50.</summary>
    public int MaxListensPerPrincipal { get; set; } = 50;

    /// <summary>How many event streams that a GET opened one principal may have on this node. Default: 1,000.</summary>
    public int MaxStreamsPerPrincipal { get; set; } = 1_000;

    /// <summary>How many of them this node serves. Default: 20,000.</summary>
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>At shutdown, how long calls of sessions may still run before they are ended with an error. Default: 20 s.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether HTTP+SSE (revision 2024-11-05) is served. Default: true.</summary>
    public bool LegacySse { get; set; } = true;
}

/// <summary>Every mistake in the section <c>Mcp</c> at once, each under its configuration key.</summary>
internal sealed class McpOptionsValidator : IValidateOptions<McpOptions>
{
    private const int Smallest = 1024;
    private const int Largest = 256 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, McpOptions options)
    {
        var errors = new List<string>();
        Within(nameof(McpOptions.MaxResponseBytes), options.MaxResponseBytes, Smallest, Largest);
        Within(nameof(McpOptions.PageSize), options.PageSize, 1, 10_000);
        Within(nameof(McpOptions.MaxSessions), options.MaxSessions, 1, 1_000_000);
        Within(nameof(McpOptions.MaxSessionsPerPrincipal), options.MaxSessionsPerPrincipal, 1, 1_000_000);
        Within(nameof(McpOptions.MaxListensPerPrincipal), options.MaxListensPerPrincipal, 1, 1_000_000);
        Within(nameof(McpOptions.MaxStreamsPerPrincipal), options.MaxStreamsPerPrincipal, 1, 1_000_000);
        Within(nameof(McpOptions.MaxStreams), options.MaxStreams, 1, 1_000_000);
        Lasting(nameof(McpOptions.KeepAlive), options.KeepAlive, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Lasting(nameof(McpOptions.QuestionPatience), options.QuestionPatience, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Lasting(nameof(McpOptions.SessionIdle), options.SessionIdle, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        Lasting(nameof(McpOptions.SessionLifetime), options.SessionLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        Lasting(nameof(McpOptions.DrainTime), options.DrainTime, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Within(string key, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{McpOptions.Section}:{key}: must be between {least} and {most}, but is {value}.");
            }
        }

        void Lasting(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{McpOptions.Section}:{key}: must be between {least} and {most}, but is {value}.");
            }
        }
    }
}

using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Overload;

/// <summary>How many calls a node takes on. Section <c>Overload</c>.</summary>
internal sealed class OverloadOptions
{
    public const string Section = "Overload";

    /// <summary>How many calls to upstreams run at once on this node. One upstream gets at most half of them. Default: 4,000.</summary>
    public int MaxConcurrentCalls { get; set; } = 4_000;

    /// <summary>How many calls wait on this node for their turn. One upstream gets at most half of these places. Default: 4,000.</summary>
    public int MaxQueuedCalls { get; set; } = 4_000;

    /// <summary>How many calls run at once at one upstream, from this node, where the upstream's own settings do not say. Default: 512.</summary>
    public int UpstreamConcurrency { get; set; } = 512;

    /// <summary>How many calls wait for one upstream. Default null: as many as run there at once.</summary>
    public int? UpstreamQueue { get; set; }

    /// <summary>How long a call waits for its turn; one that would have to wait longer is refused at once. Default: 10 s.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a refusal is held back: a client that comes back at once, whatever <c>Retry-After</c> says, would have the node write refusals
    /// instead of making calls. Default: 100 ms.
    /// </summary>
    public TimeSpan RefusalDelay { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Every mistake in the section <c>Overload</c> at once, each under its configuration key.</summary>
internal sealed class OverloadOptionsValidator : IValidateOptions<OverloadOptions>
{
    private const int Largest = 1_000_000;

    // A client, or what stands between it and us, gives up on a silent answer after a minute.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(10);

    public ValidateOptionsResult Validate(string? name, OverloadOptions options)
    {
        var errors = new List<string>();
        Within(nameof(OverloadOptions.MaxConcurrentCalls), options.MaxConcurrentCalls, 2);
        Within(nameof(OverloadOptions.MaxQueuedCalls), options.MaxQueuedCalls, 0);
        Within(nameof(OverloadOptions.UpstreamConcurrency), options.UpstreamConcurrency, 1);
        Within(nameof(OverloadOptions.UpstreamQueue), options.UpstreamQueue ?? 0, 0);
        if (options.MaxWait <= TimeSpan.Zero || options.MaxWait > s_longestWait)
        {
            errors.Add($"{OverloadOptions.Section}:{nameof(OverloadOptions.MaxWait)}: must be longer than nothing and at most {s_longestWait}, but is {options.MaxWait}.");
        }

        if (options.RefusalDelay < TimeSpan.Zero || options.RefusalDelay > s_longestDelay)
        {
            errors.Add($"{OverloadOptions.Section}:{nameof(OverloadOptions.RefusalDelay)}: must be at most {s_longestDelay}, but is {options.RefusalDelay}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Within(string key, int value, int least)
        {
            if (value < least || value > Largest)
            {
                errors.Add($"{OverloadOptions.Section}:{key}: must be between {least} and {Largest}, but is {value}.");
            }
        }
    }
}

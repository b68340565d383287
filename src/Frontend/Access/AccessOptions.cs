using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Access;

/// <summary>How requests are let in. Section <c>Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>How long a sign-in lasts. Default: 8 hours.</summary>
    public TimeSpan SignInLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>How long known callers are still served while nobody can be asked. Default: 60 s.</summary>
    public TimeSpan OfflineGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many tokens, sign-ins and users this node remembers, of each. Default: 100,000.</summary>
    public int CacheSize { get; set; } = 100_000;
}

/// <summary>Every mistake in the section <c>Access</c> at once, each under its configuration key.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new List<string>();
        if (options.SignInLifetime < TimeSpan.FromMinutes(1) || options.SignInLifetime > TimeSpan.FromDays(30))
        {
            errors.Add($"Access:SignInLifetime: must be between 1 minute and 30 days, but is {options.SignInLifetime}.");
        }

        if (options.OfflineGrace < TimeSpan.Zero || options.OfflineGrace > TimeSpan.FromHours(1))
        {
            errors.Add($"Access:OfflineGrace: must be between 0 and 1 hour, but is {options.OfflineGrace}.");
        }

        if (options.CacheSize is < 100 or > 10_000_000)
        {
            errors.Add($"Access:CacheSize: must be between 100 and 10000000, but is {options.CacheSize}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

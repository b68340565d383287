using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>Every mistake in the section <c>Http</c> at once, each under its configuration key.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    private const long Largest = 1024L * 1024 * 1024;
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var errors = new List<string>();
        if (options.MaxRequestBodyBytes is < 1024 or > Largest)
        {
            errors.Add($"Http:MaxRequestBodyBytes: must be between 1024 and {Largest}, but is {options.MaxRequestBodyBytes}.");
        }

        if (options.StopDelay < TimeSpan.Zero || options.StopDelay > s_longestDelay)
        {
            errors.Add($"Http:StopDelay: must be between {TimeSpan.Zero} and {s_longestDelay}, but is {options.StopDelay}.");
        }

        if (options.PublicUrl is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            errors.Add($"Http:PublicUrl: '{url}' is not an absolute http or https address.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

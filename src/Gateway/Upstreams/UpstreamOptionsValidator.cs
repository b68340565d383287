using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Reports everything that is wrong with the section at once.</summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.AllowedNetworks.Count; i++)
        {
            if (!IPNetwork.TryParse(options.AllowedNetworks[i], out _))
            {
                errors.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{UpstreamOptions.Section}:AllowedNetworks:{i}: '{options.AllowedNetworks[i]}' is no network such as 10.1.0.0/16."));
            }
        }

        CheckTime(errors, nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckTime(errors, nameof(options.ConnectionLifetime), options.ConnectionLifetime);
        CheckTime(errors, nameof(options.DiscoveryTimeout), options.DiscoveryTimeout);
        CheckTime(errors, nameof(options.InspectionTimeout), options.InspectionTimeout);
        CheckTime(errors, nameof(options.StdioProbeTimeout), options.StdioProbeTimeout);
        CheckTime(errors, nameof(options.VerdictLifetime), options.VerdictLifetime);
        CheckTime(errors, nameof(options.ConnectionIdle), options.ConnectionIdle);
        CheckTime(errors, nameof(options.StopPatience), options.StopPatience);
        CheckNumber(errors, nameof(options.MaxConnections), options.MaxConnections, 1, 100_000);
        CheckNumber(errors, nameof(options.MaxResponseBytes), options.MaxResponseBytes, 1024, 1024 * 1024 * 1024);
        CheckNumber(errors, nameof(options.MaxCallsPerConnection), options.MaxCallsPerConnection, 1, 100_000);
        CheckNumber(errors, nameof(options.MaxWatchedPerConnection), options.MaxWatchedPerConnection, 1, 1_000_000);
        CheckNumber(errors, nameof(options.MaxWatchedPerPrincipal), options.MaxWatchedPerPrincipal, 1, 1_000_000);
        CheckNumber(errors, nameof(options.MaxItems), options.MaxItems, 1, 1_000_000);
        CheckNumber(errors, nameof(options.MaxCatalogBytes), options.MaxCatalogBytes, 1024, int.MaxValue);
        CheckNumber(errors, nameof(options.MaxPages), options.MaxPages, 1, 1_000_000);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckTime(List<string> errors, string key, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > s_longest)
        {
            errors.Add($"{UpstreamOptions.Section}:{key}: must be more than zero and at most 30 days, not {value}.");
        }
    }

    private static void CheckNumber(List<string> errors, string key, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{UpstreamOptions.Section}:{key}: must be {least} to {most}, not {value}."));
        }
    }
}

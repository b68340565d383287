using Microsoft.Extensions.Options;

namespace McpGateway.Dashboard.Configuration;

/// <summary>Settings of the dashboard, section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>How long a sign-in lasts without a request; each request begins it anew. Default: 8 hours.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>How often an open page asks whether its user still may see it. Default: 30 seconds.</summary>
    public TimeSpan RecheckEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an open page reads again what no stream tells it: counts, last seen, usage. Default: 5 seconds.</summary>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Reports every setting that makes no sense, by its configuration key.</summary>
internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        List<string> errors = [];
        Check(errors, nameof(options.SessionLifetime), options.SessionLifetime, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30));
        Check(errors, nameof(options.RecheckEvery), options.RecheckEvery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(errors, nameof(options.RefreshEvery), options.RefreshEvery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            errors.Add($"Dashboard:{key} must lie between {least} and {most}; it is {value}.");
        }
    }
}

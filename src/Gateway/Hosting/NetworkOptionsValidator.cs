using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>Every mistake in the section <c>Network</c> at once, each under its configuration key.</summary>
internal sealed class NetworkOptionsValidator : IValidateOptions<NetworkOptions>
{
    public ValidateOptionsResult Validate(string? name, NetworkOptions options)
    {
        var errors = new List<string>();
        AddressSet.Parse(options.TrustedProxies, out var unreadable);
        errors.AddRange(unreadable.Select(text => $"Network:TrustedProxies: '{text}' is not a network such as 10.0.0.0/8 or an address."));
        errors.AddRange(options.AllowedHosts.Where(host => !IsHost(host))
            .Select(host => $"Network:AllowedHosts: '{host}' is not a host name (no scheme, no port, no path)."));
        errors.AddRange(options.AllowedOrigins.Where(origin => !IsOrigin(origin))
            .Select(origin => $"Network:AllowedOrigins: '{origin}' is not an origin such as https://app.example.com."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return Uri.CheckHostName(name) != UriHostNameType.Unknown;
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase);
}

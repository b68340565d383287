using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Admin;

/// <summary>The address under which clients reach this gateway: as configured, as a trusted proxy says, or as the request came.</summary>
internal sealed class PublicAddress(IOptions<HttpOptions> options, ClientAddress clientAddress)
{
    /// <summary>Without a slash at the end.</summary>
    public string Of(HttpContext context)
    {
        if (options.Value.PublicUrl is { } configured)
        {
            return configured.TrimEnd('/');
        }

        var request = context.Request;
        var (scheme, host) = (request.Scheme, request.Host.Value);
        if (clientAddress.IsFromTrustedProxy(context))
        {
            scheme = Last(request.Headers["X-Forwarded-Proto"]) is "http" or "https" ? Last(request.Headers["X-Forwarded-Proto"])! : scheme;
            host = Last(request.Headers["X-Forwarded-Host"]) ?? host;
        }

        return $"{scheme}://{host}{request.PathBase.Value}";
    }

    private static string? Last(Microsoft.Extensions.Primitives.StringValues values) =>
        values.Count == 0 ? null : values[^1]?.Split(',', StringSplitOptions.TrimEntries)[^1] is { Length: > 0 } last ? last : null;
}

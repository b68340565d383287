using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// Refuses requests whose <c>Host</c> is not ours or whose <c>Origin</c> is a stranger's web page: on every path and method, so that a
/// browser cannot be made to talk to a gateway on its user's machine (DNS rebinding). Answers cross-origin questions of allowed pages.
/// </summary>
public sealed class HostOriginGuard
{
    private const string ExposedHeaders = "Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, WWW-Authenticate, X-Request-Id, Link, Retry-After";
    private const string AllowedMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";

    private static readonly HashSet<string> s_requestHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Authorization", "Content-Type", "Last-Event-ID", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name",
        "X-Request-Id",
    };

    private readonly RequestDelegate _next;
    private readonly Listeners _listeners;
    private readonly string[] _hosts;
    private readonly HashSet<string> _origins;

    public HostOriginGuard(RequestDelegate next, Listeners listeners, IOptions<NetworkOptions> options)
    {
        _next = next;
        _listeners = listeners;
        _hosts = [.. options.Value.AllowedHosts];
        _origins = new HashSet<string>(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);
    }

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        if (!IsOurs(host))
        {
            return EdgeErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, $"The Host '{host.Value}' is not served here (Network:AllowedHosts).");
        }

        var origins = context.Request.Headers.Origin;
        if (origins.Count == 0)
        {
            return _next(context);
        }

        var origin = origins.Count == 1 ? origins[0] : null;
        var own = origin is not null && IsSameAuthority(origin, host);
        if (origin is null || !(own || IsAllowed(origin)))
        {
            return EdgeErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, $"Web pages of the Origin '{origins}' may not call this (Network:AllowedOrigins).");
        }

        return own ? _next(context) : CrossOriginAsync(context, origin);
    }

    private bool IsOurs(HostString host)
    {
        if (_listeners.AreLoopbackOnly)
        {
            return IsLocal(host.Host) || _hosts.Any(pattern => Matches(pattern, host.Host));
        }

        return _hosts.Length == 0 || _hosts.Any(pattern => Matches(pattern, host.Host));
    }

    private bool IsAllowed(string origin) =>
        _origins.Contains(origin)
        || (_listeners.AreLoopbackOnly && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocal(uri.Host));

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]" or "::1";

    private static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    // The scheme is left out: behind a proxy that ends TLS we see http where the page sees https.
    private static bool IsSameAuthority(string origin, HostString host)
    {
        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && origin.AsSpan(scheme + 3).Equals(host.Value, StringComparison.OrdinalIgnoreCase);
    }

    private Task CrossOriginAsync(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.Append("Vary", "Origin");
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0)
        {
            headers.AccessControlExposeHeaders = ExposedHeaders;
            return _next(context);
        }

        headers.AccessControlAllowMethods = AllowedMethods;
        headers.AccessControlAllowHeaders = string.Join(", ", AskedFor(context).Where(IsAllowedHeader));
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static IEnumerable<string> AskedFor(HttpContext context) => context.Request.Headers.AccessControlRequestHeaders
        .SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static bool IsAllowedHeader(string name) =>
        s_requestHeaders.Contains(name) || name.StartsWith("Mcp-Param-", StringComparison.OrdinalIgnoreCase);
}

public static class HostOriginGuardExtensions
{
    /// <summary>Refuses foreign <c>Host</c> and <c>Origin</c> on everything that comes after it.</summary>
    public static IApplicationBuilder UseHostOriginGuard(this IApplicationBuilder app) => app.UseMiddleware<HostOriginGuard>();
}

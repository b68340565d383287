using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Dashboard.Configuration;

/// <summary>The response headers of pages: nothing but our own scripts runs, nobody frames us, nothing is sent elsewhere.</summary>
internal static class SecurityHeaders
{
    /// <summary>Adds the headers to every answer of these endpoints.</summary>
    public static TBuilder WithSecurityHeaders<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } next)
            {
                endpoint.RequestDelegate = context =>
                {
                    Write(context);
                    return next(context);
                };
            }
        });
        return endpoints;
    }

    private static void Write(HttpContext context)
    {
        // Radzen's components position themselves with style attributes; hence 'unsafe-inline' for styles, and for styles alone.
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
            + $"connect-src 'self'{WebSocketOrigin(context.Request)}; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    // Not every browser takes 'self' to mean the page's own WebSocket as well. The host is the client's text, so only plain ones are named.
    private static string WebSocketOrigin(HttpRequest request)
    {
        var host = request.Host.Value ?? "";
        return host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']')
            ? $" {(request.IsHttps ? "wss" : "ws")}://{host}"
            : "";
    }
}

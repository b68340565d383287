using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Gateway.Hosting;

/// <summary>One id a request, by which logs, audit and answers name it: the client's where it sends a sane one, else the server's.</summary>
public static class RequestIds
{
    public const string Header = "X-Request-Id";
    private const int Longest = 64;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>Sets <see cref="HttpContext.TraceIdentifier"/> and the answer's <c>X-Request-Id</c>. The first middleware of all.</summary>
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var given = context.Request.Headers[Header];
        if (given is [{ Length: > 0 and <= Longest } id] && !id.AsSpan().ContainsAnyExcept(s_allowed))
        {
            context.TraceIdentifier = id;
        }

        context.Response.Headers[Header] = context.TraceIdentifier;
        return next(context);
    });
}

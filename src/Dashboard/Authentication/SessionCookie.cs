using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Dashboard.Authentication;

/// <summary>
/// Names the cookie by the request: with the prefix <c>__Host-</c> over https, which browsers accept only from a secure origin, for the
/// whole host and for no other; plain over http, where they would refuse the prefix.
/// </summary>
internal sealed class SessionCookie : ICookieManager
{
    public const string Name = "mcpgateway";
    public const string SecureName = "__Host-mcpgateway";

    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, NameFor(context));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, NameFor(context), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _cookies.DeleteCookie(context, NameFor(context), options);

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : Name;
}

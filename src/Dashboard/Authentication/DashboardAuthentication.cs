using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Dashboard.Authentication;

/// <summary>Sign-in by cookie. The scheme is named wherever it is used, so that the host's other endpoints never see it.</summary>
internal static class DashboardAuthentication
{
    public const string Scheme = "Dashboard";
    public const string Policy = "Dashboard";
    public const string SignInPath = "/ui/sign-in";
    public const string SignOutPath = "/ui/sign-out";
    public const string ReturnParameter = "return";

    public static IServiceCollection AddDashboardAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie(Scheme);
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<IOptions<DashboardOptions>>(Configure);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        services.Configure<AntiforgeryOptions>(options =>
        {
            options.Cookie.Name = "mcpgateway-antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.TryAddSingleton<SessionEvents>();
        services.TryAddScoped<CurrentUser>();
        return services;
    }

    private static void Configure(CookieAuthenticationOptions cookie, IOptions<DashboardOptions> dashboard)
    {
        cookie.Cookie.Name = SessionCookie.Name;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.CookieManager = new SessionCookie();
        cookie.ExpireTimeSpan = dashboard.Value.SessionLifetime;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = SignInPath;
        cookie.LogoutPath = SignOutPath;
        cookie.AccessDeniedPath = SignInPath;
        cookie.ReturnUrlParameter = ReturnParameter;
        cookie.EventsType = typeof(SessionEvents);
    }
}

using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Components;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace McpGateway.Dashboard;

/// <summary>The dashboard's addresses.</summary>
public static class DashboardEndpointExtensions
{
    /// <summary>
    /// Maps <c>/ui</c> with everything it needs: sign-in, Blazor's connection under <c>/_blazor</c>, the assets under <c>/_content</c>, and a
    /// redirect from <c>/</c>. The host is a <see cref="WebApplication"/>, which brings authentication and authorization by itself.
    /// </summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapAssets();
        endpoints.MapSignIn();
        endpoints.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .DisableAntiforgery()
            .RequireAuthorization(DashboardAuthentication.Policy)
            .WithSecurityHeaders();
        endpoints.MapGet("/", () => Results.Redirect("~/ui")).ExcludeFromDescription();
        return endpoints;
    }
}

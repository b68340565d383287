using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Components;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
        // A built application finds the assets of referenced projects through a manifest, which the host reads by itself only in the
        // environment Development. A published one has them in its wwwroot and no such manifest.
        var services = endpoints.ServiceProvider;
        StaticWebAssetsLoader.UseStaticWebAssets(
            services.GetRequiredService<IWebHostEnvironment>(), services.GetRequiredService<IConfiguration>());

        endpoints.MapStaticAssets().WithSecurityHeaders();
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

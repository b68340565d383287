using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Cluster;
using McpGateway.Dashboard.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Radzen;

namespace McpGateway.Dashboard;

/// <summary>Composition of the dashboard.</summary>
public static class DashboardServiceCollectionExtensions
{
    /// <summary>
    /// Adds the dashboard. The host gives <c>IGrains</c>, and calls <c>AddKeyRingDataProtection()</c> after this so that cookies hold on
    /// every node and over restarts.
    /// </summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, Action<DashboardOptions>? configure = null)
    {
        services.AddOptions<DashboardOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddDashboardAuthentication();
        services.TryAddScoped<OverviewClient>();
        return services;
    }
}

using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Telemetry;

public static class TelemetryServices
{
    /// <summary>Exports traces, metrics and logs where the configuration names a collector. To be added first, so that it stops last.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddOptions<TelemetryOptions>()
            .BindConfiguration(TelemetryOptions.Section)
            .PostConfigure<IConfiguration>(OtlpVariables.Complete)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(NodeName.New());
        return services.AddHostedService<TelemetryExport>();
    }
}

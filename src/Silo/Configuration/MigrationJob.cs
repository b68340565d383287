using McpGateway.Gateway.Hosting;

namespace McpGateway.Silo.Configuration;

/// <summary>What <c>migrate</c> consists of: settings, the log and the database.</summary>
internal static class MigrationJob
{
    /// <exception cref="GatewayStartException">The settings of the database have mistakes.</exception>
    public static IHost Build()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables(GatewayProgram.EnvironmentPrefix);
        builder.AddSiloDatabase();
        var host = builder.Build();
        SettingMistakes.ThrowIfAny([.. SettingMistakes.In(host.Services)]);
        return host;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>What a node finds wrong with its section <c>Cluster</c>.</summary>
internal static class SettingsCheck
{
    /// <param name="settings">Beside those that make a right configuration; null takes one away.</param>
    public static IReadOnlyList<string> Of(params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Cluster:Redis"] = "redis:6379", ["Cluster:InsecureTransport"] = "true" });
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddClusterClient();
        using var host = builder.Build();
        try
        {
            _ = host.Services.GetRequiredService<IOptions<ClusterSettings>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}

using McpGateway.Frontend.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Frontend.Tasks;

internal static class TaskServices
{
    /// <summary>What serves tasks, of either form on either side.</summary>
    public static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.TryAddSingleton<TaskIds>();
        services.TryAddSingleton<TaskBridge>();
        services.TryAddSingleton<TaskRequests>();
        services.TryAddSingleton<TaskInput>();
        services.TryAddSingleton<CoreTaskClients>();
        services.TryAddSingleton<ExtensionTaskClients>();
        services.TryAddSingleton<TaskEndpoint>();
        services.TryAddSingleton<TaskLooks>();
        services.TryAddSingleton<TaskWatches>();
        services.TryAddSingleton<TaskIndex>();
        services.TryAddSingleton<TaskLists>();
        services.TryAddSingleton<TaskQuestions>();
        services.TryAddSingleton<TaskCollectors>();
        services.TryAddSingleton<KeptTasks>();
        services.AddSingleton<INodeMailHandler>(static provider => provider.GetRequiredService<KeptTasks>());
        return services.AddSingleton<INodeMailHandler>(static provider => provider.GetRequiredService<TaskCollectors>());
    }
}

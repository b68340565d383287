using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Extensions;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Frontend.Tasks;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>The endpoints that MCP clients talk to.</summary>
internal static class McpEndpoints
{
    // Until the process ends, after the last calls.
    private static readonly TimeSpan s_afterCalls = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddMcpEndpoints(this IServiceCollection services)
    {
        services.AddOptions<McpOptions>().BindConfiguration(McpOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<McpOptions>, McpOptionsValidator>());
        services.TryAddSingleton(NodeName.New());
        services.AddRouting().AddNodes().AddQuestions().AddTasks().AddExtensions().AddRelay().AddSessions().AddSubscriptions().AddMetering();
        services.TryAddSingleton<McpGate>();
        services.TryAddSingleton<McpDispatcher>();
        services.TryAddSingleton<Batches>();
        services.TryAddSingleton<ServerLists>();
        services.TryAddSingleton<LogLevels>();
        services.TryAddSingleton<StreamableHttp>();
        return services.AddMailHandler<LegacySse>();
    }

    /// <summary>Every virtual server under <c>/servers/{id}</c>, and the server of everything at the root.</summary>
    public static void MapMcpEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var http = endpoints.ServiceProvider.GetRequiredService<StreamableHttp>();
        var sse = endpoints.ServiceProvider.GetRequiredService<LegacySse>();
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<McpOptions>>().Value;

        // Calls get their time to end, and what they leave behind some to be handed over.
        endpoints.ServiceProvider.GetRequiredService<Departure>().AllowForStop(options.DrainTime + s_afterCalls);
        MapServer("/servers/{serverId}", static context => (string)context.Request.RouteValues["serverId"]!);
        MapServer("", static _ => IVirtualServerGrain.Everything);

        void MapServer(string prefix, Func<HttpContext, string> serverId)
        {
            endpoints.MapPost(prefix + "/mcp", context => http.PostAsync(context, serverId(context))).ShortCircuit();
            endpoints.MapGet(prefix + "/mcp", context => http.GetAsync(context, serverId(context))).ShortCircuit();
            endpoints.MapDelete(prefix + "/mcp", context => http.DeleteAsync(context, serverId(context))).ShortCircuit();
            if (options.LegacySse)
            {
                endpoints.MapGet(prefix + "/sse", context => sse.GetAsync(context, serverId(context), MessagePath(context))).ShortCircuit();
                endpoints.MapPost(prefix + "/message", context => sse.PostAsync(context, serverId(context))).ShortCircuit();
            }
        }
    }

    private static string MessagePath(HttpContext context) => context.Request.Path.Value![..^"sse".Length] + "message";

    private static IServiceCollection AddRouting(this IServiceCollection services)
    {
        services.TryAddSingleton<CallMeter>();
        services.AddOptions<OverloadOptions>().BindConfiguration(OverloadOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OverloadOptions>, OverloadOptionsValidator>());
        services.TryAddSingleton<NodeGate>();
        services.TryAddSingleton<OverheadMeter>();
        services.AddOptions<ExtensionOptions>().BindConfiguration(ExtensionOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ExtensionOptions>, ExtensionOptionsValidator>());
        services.TryAddSingleton<ServerModelBuilder>();
        services.TryAddSingleton<SnapshotLoader>();
        return services.AddFeedCache<ServerTable>().AddFeedCache<UpstreamTable>();
    }

    private static IServiceCollection AddRelay(this IServiceCollection services)
    {
        services.TryAddSingleton<RequestGuard>();
        services.TryAddSingleton<ResponseBridge>();
        services.TryAddSingleton<AnswerRelay>();
        services.TryAddSingleton<CallRelay>();
        services.TryAddSingleton<HttpRelay>();
        services.TryAddSingleton<UpstreamSender>();
        services.TryAddSingleton<UpstreamQueries>();
        services.TryAddSingleton<ConnectionRelay>();
        services.TryAddSingleton<UpstreamSessions>();
        services.TryAddSingleton<UpstreamAsides>();
        services.TryAddSingleton<ParamHeaderRenewal>();
        return services.AddHostedService<SessionHolder>();
    }

    private static IServiceCollection AddNodes(this IServiceCollection services)
    {
        services.TryAddSingleton<NodePost>();
        services.TryAddSingleton<Carrier>();
        services.AddHostedService<NodeMailbox>();
        return services.AddMailHandler<CarriedReplies>();
    }

    private static IServiceCollection AddQuestions(this IServiceCollection services)
    {
        services.TryAddSingleton<QuestionIds>();
        services.TryAddSingleton<RequestStates>();
        services.TryAddSingleton<ClientQuestions>();
        services.TryAddSingleton<UpstreamQuestions>();
        services.TryAddSingleton<StreamQuestions>();
        services.TryAddSingleton<BesideQuestions>();
        services.TryAddSingleton<InputAnswers>();
        services.TryAddSingleton<InputRounds>();
        services.TryAddSingleton<Retries>();
        return services.AddMailHandler<PendingQuestions>().AddMailHandler<HeldCalls>();
    }

    private static IServiceCollection AddMailHandler<T>(this IServiceCollection services)
        where T : class, INodeMailHandler
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton<INodeMailHandler>(static provider => provider.GetRequiredService<T>());
    }

    private static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<SessionIds>();
        services.TryAddSingleton<OpenStreams>();
        services.TryAddSingleton<KeptAnswers>();
        services.AddHostedService<SessionSweeper>();
        services.AddMailHandler<SessionMail>();
        return services.AddFeedCache<SessionTable>().AddFeedCache<SessionStreams>();
    }

    private static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.TryAddSingleton<CallRecorder>();
        services.TryAddSingleton<OverloadSeries>();
        services.TryAddSingleton<ExposedSeries>();
        return services.AddHostedService<MeterFlusher>();
    }
}

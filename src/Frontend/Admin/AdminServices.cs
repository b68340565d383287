using McpGateway.Frontend.Access;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Endpoints;
using McpGateway.Frontend.Admin.Requests;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpGateway.Frontend.Admin;

internal static class AdminServices
{
    /// <summary>The REST API. Brings <see cref="AccessServices.AddRequestAccess"/> with it.</summary>
    public static IServiceCollection AddAdminApi(this IServiceCollection services)
    {
        services.AddRequestAccess();
        services.TryAddSingleton<AdminGrains>();
        services.TryAddSingleton<RequestBody>();
        services.TryAddSingleton<PublicAddress>();
        services.TryAddSingleton<UpstreamFollower>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AdminJson.Default));
        services.AddOpenApi("v1", OpenApi.ApiDocument.Configure);
        return services;
    }

    /// <summary>Errors of everything that comes after it as problem details.</summary>
    public static IApplicationBuilder UseProblemAnswers(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();

    /// <summary>Every path of the REST API, plain and under <c>/v1</c>, and its description at <c>/openapi/v1.json</c>.</summary>
    public static IEndpointRouteBuilder MapAdminApi(this IEndpointRouteBuilder endpoints)
    {
        MapAll(endpoints.MapGroup(""));
        MapAll(endpoints.MapGroup("/v1").ExcludeFromDescription());
        endpoints.MapOpenApi();
        return endpoints;
    }

    private static void MapAll(RouteGroupBuilder routes)
    {
        StatusEndpoints.Map(routes);
        AccountEndpoints.MapSignIn(routes);

        var signedIn = routes.MapGroup("").AddEndpointFilter<RouteGroupBuilder, SignedInFilter>();
        GatewayEndpoints.Map(signedIn);
        GatewayImport.Map(signedIn);
        ItemRequests.Map(signedIn);
        ServerEndpoints.Map(signedIn);
        ServerContents.Map(signedIn);
        ClientConfigEndpoints.Map(signedIn);
        TokenEndpoints.Map(signedIn);
        AccountEndpoints.Map(signedIn);
        MetricsEndpoints.Map(signedIn);
        PrometheusEndpoint.Map(signedIn);
        AuditEndpoints.Map(signedIn);
    }
}
